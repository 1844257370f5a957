// Follows a job until it is done: server-sent events, and polling wherever they don't come through.
import type { Job, JobImage } from '../api/types';

export interface WatchTools {
  /** `new EventSource(...)` for the job. */
  openEvents(jobId: string): EventSource;
  getJob(jobId: string): Promise<{ job: Job; retryAfterSeconds: number | null } | 'gone' | 'signed_out'>;
  wait(ms: number): Promise<void>;
}

export interface Watcher {
  image(image: JobImage): void;
  done(job: Job): void;
  gone(): void;
}

const kErrorsBeforePolling = 3;
const kPollEvery = 2000;
const kPollAtMost = 15_000;

/** Returns what stops it. After `done` or `gone` nothing follows. */
export function watchJob(jobId: string, watcher: Watcher, tools: WatchTools): () => void {
  let over = false;
  let errors = 0;
  const events = tools.openEvents(jobId);
  const end = () => {
    over = true;
    events.close();
  };

  const poll = async () => {
    events.close();
    let wait = kPollEvery;
    while (!over) {
      try {
        const answer = await tools.getJob(jobId);
        if (over) return;
        if (answer === 'signed_out') return end();
        if (answer === 'gone') {
          end();
          return watcher.gone();
        }
        answer.job.images.forEach((image) => watcher.image(image));
        if (answer.job.status === 'done') {
          end();
          return watcher.done(answer.job);
        }
        wait = (answer.retryAfterSeconds ?? 0) * 1000 || kPollEvery;
      } catch {
        wait = Math.min(wait * 2, kPollAtMost); // the server is away for a moment
      }
      await tools.wait(wait);
    }
  };

  events.addEventListener('image', (event) => {
    errors = 0;
    watcher.image(JSON.parse((event as MessageEvent<string>).data) as JobImage);
  });
  events.addEventListener('done', (event) => {
    end();
    watcher.done(JSON.parse((event as MessageEvent<string>).data) as Job);
  });
  events.addEventListener('gone', () => {
    end();
    watcher.gone();
  });
  events.addEventListener('open', () => (errors = 0));
  events.addEventListener('error', () => {
    if (over) return;
    // CLOSED: the browser gave up, as it does on any answer but 200. Otherwise it connects again by itself.
    if (events.readyState === 2 || ++errors >= kErrorsBeforePolling) void poll();
  });
  return end;
}
