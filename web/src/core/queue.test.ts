import { describe, expect, it } from 'vitest';
import type { Job, JobImage, Limits } from '../api/types';
import { allResults, emptyQueue, filesOf, isSendable, overallProgress, type Queue, type QueueEvent, reduce } from './queue';

const limits: Limits = { filesMax: 3, fileMaxBytes: 1000, pixelsMax: 100, passwordMinChars: 10, passwordMaxChars: 200 };

const after = (...events: QueueEvent[]): Queue => events.reduce((queue, event) => reduce(queue, event, limits), emptyQueue);
const add = (...sizes: number[]): QueueEvent => ({ type: 'add', files: sizes.map((size, i) => ({ name: `${i}.jpg`, size })) });
const send = (...photos: number[]): QueueEvent => ({ type: 'send', key: 'k', photos });
const image = (id: string, ok = true): JobImage => ({ id, ok, creditRefunded: !ok });
const job = (images: JobImage[], total = images.length): Job => ({
  id: 'j',
  status: images.length === total ? 'done' : 'processing',
  total,
  completed: images.length,
  images,
});
const problems = (queue: Queue) => queue.photos.map((photo) => photo.problem);
const stages = (queue: Queue) => queue.photos.map((photo) => photo.stage);

describe('what is wrong with a file is known before it is sent', () => {
  it.each<[string, QueueEvent[], (string | null)[]]>([
    ['a file at the limit is good, one byte more is not', [add(1000, 1001)], [null, 'too_large']],
    ['an empty file', [add(0)], ['empty']],
    ['the file after the last that may go', [add(1, 1, 1, 1)], [null, null, null, 'too_many']],
    ['a bad file takes no place', [add(5000, 1, 1, 1)], ['too_large', null, null, null]],
    ['the kind, by its bytes', [add(1, 1), { type: 'checked', id: 1, kind: 'heic' }, { type: 'checked', id: 2, kind: 'png' }], ['heic', null]],
    ['a wrong kind gives its place to the next', [add(1, 1, 1, 1), { type: 'checked', id: 2, kind: 'other' }], [null, 'other', null, null]],
    ['removing one lets the next in', [add(1, 1, 1, 1), { type: 'remove', id: 1 }], [null, null, null]],
    ['pixels', [add(1, 1), { type: 'measured', id: 1, size: { width: 10, height: 10 } }, { type: 'measured', id: 2, size: { width: 101, height: 1 } }], [null, 'too_many_pixels']],
    ['files added later count on', [add(1, 1), add(1, 1)], [null, null, null, 'too_many']],
  ])('%s', (_, events, expected) => expect(problems(after(...events))).toEqual(expected));
});

describe('a submission', () => {
  it('gives each file its part of the progress, in order', () => {
    const queue = after(add(100, 300), send(1, 2), { type: 'progress', key: 'k', loaded: 250, total: 500 });
    expect(queue.photos.map((photo) => photo.sentBytes)).toEqual([100, 100]);
  });

  it('keeps its key over retries, and counts them', () => {
    const queue = after(add(1), send(1), { type: 'retryAt', key: 'k', at: 5 }, { type: 'retry', key: 'k' });
    expect(queue.submissions).toEqual([{ key: 'k', photos: [1], tries: 2, retryAt: null }]);
    expect(stages(queue)).toEqual(['sending']);
  });

  it('goes back to the list when it is refused, and says why', () => {
    const problem = { status: 402, code: 'insufficient_credits', error: '', balance: 0, required: 1 };
    const queue = after(add(1), send(1), { type: 'refused', key: 'k', problem });
    expect(stages(queue)).toEqual(['chosen']);
    expect(queue.refusal).toEqual(problem);
    expect(queue.submissions).toEqual([]);
    expect(reduce(queue, send(1), limits).refusal).toBeNull();
  });

  it('knows each photo by its place in the job', () => {
    const queue = after(add(1, 1), send(2, 1), { type: 'accepted', key: 'k', jobId: 'j' });
    expect(queue.photos.map((photo) => photo.job)).toEqual([{ id: 'j', index: 1 }, { id: 'j', index: 0 }]);
    expect(stages(queue)).toEqual(['working', 'working']);
  });

  it('cannot lose a photo that is on its way', () => {
    expect(after(add(1), send(1), { type: 'remove', id: 1 }).photos).toHaveLength(1);
  });
});

describe('results', () => {
  const running = [add(1, 1), send(1, 2), { type: 'accepted', key: 'k', jobId: 'j' }] as QueueEvent[];

  it('come one by one, in any order', () => {
    const queue = after(...running, { type: 'image', jobId: 'j', image: image('a-1') });
    expect(stages(queue)).toEqual(['working', 'finished']);
    expect(stages(reduce(queue, { type: 'done', job: job([image('b-0', false), image('a-1')]) }, limits))).toEqual(['finished', 'finished']);
  });

  it('of another job are not taken', () => {
    expect(stages(after(...running, { type: 'image', jobId: 'x', image: image('a-1') }))).toEqual(['working', 'working']);
  });

  it('are gone with their job', () => {
    expect(stages(after(...running, { type: 'gone', jobId: 'j' }))).toEqual(['gone', 'gone']);
  });

  it('stay while the photo runs again, and when that is refused', () => {
    const done = [...running, { type: 'done', job: job([image('a-0'), image('b-1')]) }] as QueueEvent[];
    const problem = { status: 503, code: 'busy', error: '' };
    expect(after(...done, send(1)).photos[0]).toMatchObject({ stage: 'sending', image: { id: 'a-0' } });
    expect(after(...done, send(1), { type: 'refused', key: 'k', problem }).photos[0]).toMatchObject({ stage: 'finished' });
  });

  it('of a run by hand replace the first', () => {
    const again: QueueEvent[] = [
      { type: 'send', key: 'k2', photos: [2] },
      { type: 'accepted', key: 'k2', jobId: 'j2' },
      { type: 'image', jobId: 'j2', image: image('again-0') },
    ];
    const queue = after(...running, { type: 'done', job: job([image('a-0'), image('b-1')]) }, ...again);
    expect(queue.photos.map((photo) => photo.image?.id)).toEqual(['a-0', 'again-0']);
    expect(allResults(queue.photos).map(({ id }) => id)).toEqual(['a-0', 'b-1', 'again-0']);
  });
});

describe('coming back', () => {
  const photos = [{ id: 4, name: 'a.jpg' }, { id: 7, name: 'b.jpg' }];

  it('finds finished and unfinished photos again', () => {
    const queue = after({ type: 'restore', jobs: [{ job: job([image('a-0')], 2), isExpired: false, photos }] });
    expect(queue.photos.map(({ id, name, stage }) => [id, name, stage])).toEqual([[4, 'a.jpg', 'finished'], [7, 'b.jpg', 'working']]);
    expect(queue.nextId).toBe(8);
  });

  it('shows the latest run of a photo, and the one before while it works', () => {
    const first = { job: job([image('a-0'), image('b-1')]), isExpired: false, photos };
    const second = { job: { ...job([], 1), id: 'j2' }, isExpired: false, photos: [photos[1]!] };
    const queue = after({ type: 'restore', jobs: [first, second] });
    expect(queue.photos[1]).toMatchObject({ stage: 'working', job: { id: 'j2', index: 0 }, image: { id: 'b-1' } });
  });

  it('offers no file of a job that has expired, and still says how it went', () => {
    const known = (isExpired: boolean) => after({ type: 'restore', jobs: [{ job: job([{ ...image('a-0'), url: '/a' }]), isExpired, photos: [photos[0]!] }] }).photos[0]!;
    expect(filesOf(known(false)).url).toBe('/a');
    expect(filesOf(known(true))).toEqual({});
    expect(known(true)).toMatchObject({ stage: 'finished', image: { id: 'a-0', ok: true } });
  });
});

it('counts progress: half for sending, half for the work', () => {
  const running = after(add(100, 100), send(1, 2), { type: 'progress', key: 'k', loaded: 100, total: 200 });
  expect(overallProgress(running.photos)).toBeCloseTo(0.25);
  const working = reduce(running, { type: 'accepted', key: 'k', jobId: 'j' }, limits);
  expect(overallProgress(working.photos)).toBeCloseTo(0.5);
  expect(overallProgress(reduce(working, { type: 'image', jobId: 'j', image: image('a-0') }, limits).photos)).toBeCloseTo(0.75);
  expect(overallProgress([])).toBe(0);
});

it('sends only what is chosen and good', () => {
  expect(after(add(1, 5000, 1), send(1)).photos.filter(isSendable).map((photo) => photo.id)).toEqual([3]);
});

it('sends what the browser can’t show: the server decides', () => {
  const [photo] = after(add(1), { type: 'unshowable', id: 1 }).photos;
  expect(photo).toMatchObject({ unshowable: true, problem: null });
  expect(isSendable(photo!)).toBe(true);
});
