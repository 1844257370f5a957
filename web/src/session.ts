// Who is signed in. `session` is null until the server has answered once.
import { computed, signal } from '@preact/signals';
import { call, link } from './api/client';
import type { Session } from './api/types';

export const session = signal<Session | null>(null);
export const account = computed(() => session.value?.account ?? null);
/** The first answer never came: the page offers to try again. */
export const unreached = signal(false);

// The server's own defaults, for the moments before it has told its limits.
export const limits = computed(
  () =>
    session.value?.limits ?? {
      filesMax: 50,
      fileMaxBytes: 25 * 1024 * 1024,
      pixelsMax: 100_000_000,
      passwordMinChars: 10,
      passwordMaxChars: 200,
    },
);

function take(next: Session): Session {
  link.csrfToken = next.csrfToken;
  session.value = next;
  unreached.value = false;
  return next;
}

export async function refreshSession(): Promise<Session> {
  try {
    return take(await call<Session>('GET', '/api/web/session'));
  } catch (error) {
    unreached.value = session.value === null;
    throw error;
  }
}

link.refresh = refreshSession;
link.signedOut = () => {
  link.csrfToken = null;
  void refreshSession().catch(() => {});
};

export async function signUp(email: string, password: string): Promise<void> {
  const rightsVersion = session.value?.rights.version ?? '';
  take(await call<Session>('POST', '/api/web/sign-up', { body: { email, password, rightsVersion } }));
}

export async function signIn(email: string, password: string): Promise<void> {
  take(await call<Session>('POST', '/api/web/sign-in', { body: { email, password } }));
}

export async function signOut(): Promise<void> {
  await call('POST', '/api/web/sign-out');
  await refreshSession();
}

export async function acceptRights(): Promise<void> {
  take(await call<Session>('POST', '/api/web/rights', { body: { version: session.value?.rights.version ?? '' } }));
}

/** What an answer told about the balance, without asking for it. */
export function setBalance(balance: number): void {
  const now = session.value;
  if (now?.account) session.value = { ...now, account: { ...now.account, balance } };
}

export async function refreshBalance(): Promise<void> {
  const { balance } = await call<{ balance: number }>('GET', '/api/web/account');
  setBalance(balance);
}
