import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Job, JobImage } from '../api/types';
import { bytes, percent, relative } from './format';
import { kindOf } from './image_kind';
import { watchJob, type WatchTools } from './job_watch';
import { kTriesMax, waitBeforeRetry } from './retry';
import { fit, keepInside, panBy, toImage, toView, zoomTo } from './view';
import { tally, wordingOf } from './wording';

describe('the kind of a file', () => {
  it.each([
    ['ffd8ffe000104a46', 'jpg'],
    ['89504e470d0a1a0a', 'png'],
    ['52494646aabbccdd57454250', 'webp'],
    ['52494646aabbccdd57415645', 'other'],
    ['00000018667479706865696300000000', 'heic'],
    ['0000001c667479706176696600000000', 'avif'],
    ['474946383961', 'gif'],
    ['49492a0008000000', 'tiff'],
    ['255044462d312e37', 'pdf'],
    ['', 'other'],
    ['ffd8', 'other'],
  ])('%s is %s', (head, kind) => expect(kindOf(Uint8Array.from(Buffer.from(head, 'hex')))).toBe(kind));
});

describe('the view', () => {
  const image = { width: 6000, height: 4000 };
  const stage = { width: 800, height: 600 };

  it('fits the whole image, centred', () => {
    const view = fit(image, stage, 1);
    expect(view.scale).toBeCloseTo(768 / 6000);
    expect(toView(view, { x: 3000, y: 2000 })).toEqual({ x: 400, y: 300 });
  });

  it('does not enlarge a small image', () => {
    expect(fit({ width: 10, height: 10 }, stage, 0.5).scale).toBe(0.5);
  });

  it('keeps what is under the pointer there', () => {
    const anchor = { x: 500, y: 250 };
    const before = fit(image, stage, 1);
    const after = zoomTo(before, 1, anchor, image, stage, 1);
    expect(after.scale).toBe(1);
    expect(toImage(after, anchor).x).toBeCloseTo(toImage(before, anchor).x);
    expect(toImage(after, anchor).y).toBeCloseTo(toImage(before, anchor).y);
  });

  it('zooms no further out than the whole image, and no further in than 16 pixels a pixel', () => {
    const view = fit(image, stage, 1);
    expect(zoomTo(view, 0.0001, { x: 0, y: 0 }, image, stage, 1)).toEqual(view);
    expect(zoomTo(view, 1000, { x: 0, y: 0 }, image, stage, 1).scale).toBe(16);
  });

  it('never loses the image', () => {
    const view = zoomTo(fit(image, stage, 1), 1, { x: 400, y: 300 }, image, stage, 1);
    expect(panBy(view, 99_999, -99_999, image, stage)).toMatchObject({ x: 0, y: 600 - 4000 });
    expect(keepInside({ scale: 0.05, x: -500, y: 9 }, image, stage)).toMatchObject({ x: 250, y: 200 });
  });
});

describe('a retry', () => {
  it.each([
    [0, 1, null, 1000],
    [503, 1, 5, 5000],
    [503, 3, null, 4000],
    [429, 1, 600, 30_000],
    [409, 1, 2, 2000],
    [409, 1, null, null],
    [402, 1, null, null],
    [413, 1, null, null],
    [422, 1, null, null],
    [500, 1, null, null],
    [0, kTriesMax, null, null],
  ])('after %i on try %i, Retry-After %s, waits %s', (status, tries, after, wait) =>
    expect(waitBeforeRetry(status, tries, after)).toBe(wait),
  );
});

describe('watching a job', () => {
  class Events extends EventTarget {
    readyState = 0;
    closed = false;
    close() {
      this.closed = true;
      this.readyState = 2;
    }
    send(type: string, data: unknown) {
      this.dispatchEvent(new MessageEvent(type, { data: JSON.stringify(data) }));
    }
    fail(readyState: number) {
      this.readyState = readyState;
      this.dispatchEvent(new Event('error'));
    }
  }
  const image: JobImage = { id: 'a-0', ok: true };
  const job: Job = { id: 'j', status: 'done', total: 1, completed: 1, images: [image] };

  function watched(answers: (Awaited<ReturnType<WatchTools['getJob']>> | Error)[] = []) {
    const events = new Events();
    const seen: string[] = [];
    const waits: number[] = [];
    const stop = watchJob(
      'j',
      { image: (one) => seen.push(one.id), done: (one) => seen.push(`done ${one.id}`), gone: () => seen.push('gone') },
      {
        openEvents: () => events as unknown as EventSource,
        getJob: async () => {
          const answer = answers.shift();
          if (!answer || answer instanceof Error) throw answer ?? new Error('away');
          return answer;
        },
        wait: async (ms) => void waits.push(ms),
      },
    );
    return { events, seen, waits, stop };
  }
  const settled = () => new Promise((resolve) => setTimeout(resolve, 0));
  afterEach(() => vi.restoreAllMocks());

  it('passes events on, and closes the stream at the end', () => {
    const { events, seen } = watched();
    events.send('image', image);
    events.send('done', job);
    expect(seen).toEqual(['a-0', 'done j']);
    expect(events.closed).toBe(true);
  });

  it('polls where the stream is refused, as often as the server says', async () => {
    const processing = { ...job, status: 'processing' as const, images: [] };
    const { events, seen, waits } = watched([{ job: processing, retryAfterSeconds: 3 }, { job, retryAfterSeconds: null }]);
    events.fail(2);
    await settled();
    expect(waits).toEqual([3000]);
    expect(seen).toEqual(['a-0', 'done j']);
  });

  it('lets the browser connect again twice before it polls', async () => {
    const { events, seen } = watched([{ job, retryAfterSeconds: null }]);
    events.fail(0);
    events.fail(0);
    await settled();
    expect(seen).toEqual([]);
    events.fail(0);
    await settled();
    expect(seen).toEqual(['a-0', 'done j']);
  });

  it('goes on while the server restarts, ever more slowly', async () => {
    const away = new Error('away');
    const { events, seen, waits } = watched([away, away, away, away, { job, retryAfterSeconds: null }]);
    events.fail(2);
    await settled();
    expect(waits).toEqual([4000, 8000, 15_000, 15_000]);
    expect(seen.at(-1)).toBe('done j');
  });

  it('says that the job was deleted', async () => {
    const { events, seen } = watched(['gone']);
    events.fail(2);
    await settled();
    expect(seen).toEqual(['gone']);
  });

  it('says nothing once stopped', async () => {
    const { events, seen, stop } = watched([{ job, retryAfterSeconds: null }]);
    stop();
    events.fail(2);
    await settled();
    expect(seen).toEqual([]);
  });
});

describe('the wording', () => {
  it.each<[string, Partial<JobImage>, string, string]>([
    ['a clean image is charged', { ok: true, verdict: 'clean', creditRefunded: false }, 'good', '1 credit'],
    ['residual is refunded', { ok: true, verdict: 'residual', creditRefunded: true }, 'caution', 'refunded'],
    ['nothing found is refunded', { ok: true, verdict: 'no_overlay_found', creditRefunded: true }, 'neutral', 'refunded'],
    ['a search costs nothing', { ok: true, url: undefined, findings: [] } as Partial<JobImage>, 'neutral', 'free'],
    ['a failure is refunded', { ok: false, code: 'animated', creditRefunded: true }, 'bad', 'refunded'],
  ])('%s', (_, image, tone, cost) => expect(wordingOf({ id: 'a-0', ok: true, url: '/a', ...image })).toMatchObject({ tone, cost }));

  it('says what to do about a failure, and the server’s own words for one it does not know', () => {
    expect(wordingOf({ id: 'a-0', ok: false, code: 'animated' }).detail).toContain('single frame');
    expect(wordingOf({ id: 'a-0', ok: false, code: 'new_one', error: 'The moon is in the way.' }).detail).toBe('The moon is in the way.');
  });

  it('tallies what was spent and refunded', () => {
    const images: JobImage[] = [
      { id: 'a-0', ok: true, url: '/a', verdict: 'clean', creditRefunded: false },
      { id: 'b-1', ok: false, creditRefunded: true },
      { id: 'c-2', ok: true, verdict: 'residual', creditRefunded: true },
    ];
    expect(tally(images)).toEqual({ failed: 1, charged: 1, refunded: 2 });
  });
});

describe('numbers', () => {
  it.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1536, '1.5 KB'],
    [26214400, '25 MB'],
  ])('%i bytes', (count, expected) => expect(bytes(count)).toBe(expected));

  it('reads fractions', () => expect([percent(0), percent(0.0004), percent(0.0123), percent(0.5)]).toEqual(['0%', '<0.1%', '1.2%', '50%']));

  it('reads times', () => {
    const now = Date.parse('2026-01-01T00:00:00Z');
    expect(relative('2026-01-01T05:30:00Z', now)).toBe('in 5 hours');
    expect(relative('2025-12-30T00:00:00Z', now)).toBe('2 days ago');
  });
});
