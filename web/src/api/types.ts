// What the server answers (docs/web-api.md and docs/api.md).

export interface Rights {
  version: string;
  text: string;
}

export interface Limits {
  filesMax: number;
  fileMaxBytes: number;
  pixelsMax: number;
  passwordMinChars: number;
  passwordMaxChars: number;
}

export interface SessionAccount {
  email: string;
  plan: string;
  balance: number;
  renewsAt: string | null;
  creditsPerMonth: number;
  price: string | null;
  createdAt: string;
  isOperator: boolean;
  rights: { version: string; acceptedAt: string } | null;
}

export interface Session {
  account: SessionAccount | null;
  csrfToken: string | null;
  rights: Rights;
  mailsResetLinks: boolean;
  limits: Limits;
}

export type Verdict = 'clean' | 'residual' | 'no_overlay_found';

export interface Finding {
  kind: string;
  confidence: number;
}

export interface JobImage {
  id: string;
  ok: boolean;
  filename?: string;
  url?: string;
  originalUrl?: string;
  maskUrl?: string;
  verdict?: Verdict;
  width?: number;
  height?: number;
  format?: string;
  findings?: Finding[];
  changedPixels?: number;
  outsideMaskMaxDifference?: number;
  creditRefunded?: boolean;
  error?: string;
  code?: string;
}

export interface Job {
  id: string;
  status: 'processing' | 'done';
  total: number;
  completed: number;
  task?: 'remove' | 'detect';
  createdAt?: string;
  expiresAt?: string;
  images: JobImage[];
}

export interface Accepted {
  jobId: string;
  count: number;
  status: 'processing';
}

export interface LedgerEntry {
  id: string;
  createdAt: string;
  amount: number;
  reason: 'grant' | 'charge' | 'refund' | 'lapse';
  jobId: string | null;
  imageIndex: number | null;
  note: string | null;
}

export interface ApiKey {
  id: string;
  prefix: string;
  name: string;
  createdAt: string;
  lastUsedAt: string | null;
  revokedAt: string | null;
}

export interface Overview {
  accounts: number;
  queue: { waiting: number; working: number };
  workers: { id: string; lastSeenAt: string }[];
  disk: { freeBytes: number; totalBytes: number };
  ledger: { granted: number; charged: number; refunded: number };
  version: string;
}

export interface AdminAccount {
  id: string;
  email: string;
  plan: string;
  balance: number;
  isOperator: boolean;
  hasPassword: boolean;
  createdAt: string;
  rightsAcceptedAt: string | null;
}

export interface Failure {
  jobId: string;
  imageId: string;
  email: string | null;
  code: string;
  error: string;
  finishedAt: string;
}

/** An RFC 9457 problem, as far as the app reads it. */
export interface Problem {
  status: number;
  code: string;
  error: string;
  balance?: number;
  required?: number;
}

/** Its files are gone; its record stays. */
export const isExpired = (job: Job) => job.expiresAt !== undefined && Date.parse(job.expiresAt) <= Date.now();

/** An image's place in its job: the number at the end of its id. */
export function indexOf(image: JobImage): number {
  return Number(/-(\d+)$/.exec(image.id)?.[1] ?? 0);
}
