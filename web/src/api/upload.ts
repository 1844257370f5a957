// Sends a form with progress, which fetch doesn't tell.
import { link, problemOf, retryAfter, unreachable } from './client';
import type { Accepted, Problem } from './types';

export type UploadResult =
  | { ok: true; accepted: Accepted; creditsRemaining: number | null }
  | { ok: false; problem: Problem; retryAfterSeconds: number | null };

export interface Upload {
  path: string;
  form: FormData;
  idempotencyKey: string;
  onProgress?: (loaded: number, total: number) => void;
}

/** One try; never rejects. */
export function upload({ path, form, idempotencyKey, onProgress }: Upload): Promise<UploadResult> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open('POST', path);
    request.setRequestHeader('Idempotency-Key', idempotencyKey);
    if (link.csrfToken) request.setRequestHeader('X-CSRF-Token', link.csrfToken);
    request.upload.onprogress = (event) => onProgress?.(event.loaded, event.total);
    request.onerror = () => resolve({ ok: false, problem: unreachable(), retryAfterSeconds: null });
    request.onload = () => {
      if (request.status === 200 || request.status === 202) {
        const remaining = request.getResponseHeader('X-Credits-Remaining');
        const creditsRemaining = remaining === null ? null : Number(remaining);
        resolve({ ok: true, accepted: JSON.parse(request.responseText) as Accepted, creditsRemaining });
        return;
      }
      const problem = problemOf(request.status, request.responseText);
      if (problem.status === 401) link.signedOut();
      resolve({ ok: false, problem, retryAfterSeconds: retryAfter(request.getResponseHeader('Retry-After')) });
    };
    request.send(form);
  });
}
