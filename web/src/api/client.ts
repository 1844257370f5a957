// Calls of the server: JSON in and out, the session's token with everything that changes something, and problems
// (RFC 9457) as ApiError.
import { text } from '../text';
import type { Problem, Session } from './types';

export class ApiError extends Error {
  constructor(
    readonly problem: Problem,
    readonly retryAfterSeconds: number | null = null,
  ) {
    super(problem.error);
  }
  get status(): number {
    return this.problem.status;
  }
}

/** What the client must know of the session, and how it says that it is over; session.ts sets it. */
export const link = {
  csrfToken: null as string | null,
  refresh: (): Promise<Session> => Promise.reject(new Error('no session')),
  signedOut: () => {},
};

interface CallOptions {
  body?: unknown;
  idempotencyKey?: string;
  headers?: Record<string, string>;
}

export interface Answer<T> {
  body: T;
  headers: Headers;
}

export async function call<T>(method: 'GET' | 'POST' | 'DELETE', path: string, options: CallOptions = {}): Promise<T> {
  return (await callForAnswer<T>(method, path, options)).body;
}

/** Throws ApiError; its status is 0 where the server could not be reached. */
export async function callForAnswer<T>(method: string, path: string, options: CallOptions = {}): Promise<Answer<T>> {
  const usedToken = link.csrfToken;
  const response = await request(method, path, options);
  if (response.status === 403 && method !== 'GET' && usedToken) {
    // Another tab may have signed in anew: once more with the token of now.
    const session = await link.refresh();
    if (session.csrfToken && session.csrfToken !== usedToken) return read<T>(await request(method, path, options));
  }
  return read<T>(response);
}

async function request(method: string, path: string, options: CallOptions): Promise<Response> {
  const headers: Record<string, string> = { ...options.headers };
  if (method !== 'GET' && link.csrfToken) headers['X-CSRF-Token'] = link.csrfToken;
  if (options.idempotencyKey) headers['Idempotency-Key'] = options.idempotencyKey;
  const body = options.body === undefined ? null : JSON.stringify(options.body);
  if (body !== null) headers['Content-Type'] = 'application/json';
  try {
    return await fetch(path, { method, headers, body });
  } catch {
    throw new ApiError(unreachable());
  }
}

async function read<T>(response: Response): Promise<Answer<T>> {
  const body = response.status === 204 ? '' : await response.text();
  if (response.ok) return { body: (body ? JSON.parse(body) : undefined) as T, headers: response.headers };
  const problem = problemOf(response.status, body);
  if (problem.status === 401 && link.csrfToken) link.signedOut();
  throw new ApiError(problem, retryAfter(response.headers.get('Retry-After')));
}

export const unreachable = (): Problem => ({ status: 0, code: 'unreachable', error: text.errors.unreachable });

/** The problem of an answer; where a proxy in between answered in its own words, one that the app can show. */
export function problemOf(status: number, body: string): Problem {
  try {
    const problem = JSON.parse(body) as Partial<Problem>;
    if (typeof problem.code === 'string') return { error: text.errors.unknown(status), ...problem, status } as Problem;
  } catch {
    // Not JSON.
  }
  return { status, code: 'unknown', error: text.errors.unknown(status) };
}

export function retryAfter(header: string | null): number | null {
  const seconds = Number(header ?? NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : null;
}

export const problemFrom = (error: unknown): Problem =>
  error instanceof ApiError ? error.problem : { status: 0, code: 'unknown', error: text.errors.unexpected };
