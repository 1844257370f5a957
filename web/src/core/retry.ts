// When a submission is tried again. Every try carries the same Idempotency-Key, so one whose answer was lost is not
// charged twice.

/** The tries of one submission: with the waits between them about two minutes, enough for a server to restart. */
export const kTriesMax = 8;
const kFirstWait = 1000;
const kLongestWait = 30_000;

/** Milliseconds to wait before the next try, or null where another would end the same way. `status` 0: no answer came. */
export function waitBeforeRetry(status: number, tries: number, retryAfterSeconds: number | null): number | null {
  const passing = status === 0 || status === 408 || status === 429 || (status >= 502 && status <= 504);
  // 409 without Retry-After is a refusal, such as rights that were not accepted.
  const receiving = status === 409 && retryAfterSeconds !== null;
  if ((!passing && !receiving) || tries >= kTriesMax) return null;
  return Math.min(Math.max(kFirstWait * 2 ** (tries - 1), (retryAfterSeconds ?? 0) * 1000), kLongestWait);
}
