// The photos of the tool page, from being chosen to being done: a state machine without effects. `reduce` takes a state
// and an event and returns the next state; workbench.ts does what they call for (reads, uploads, watches).
import type { Job, JobImage, Limits, Problem } from '../api/types';
import { indexOf } from '../api/types';
import { isReadable, type ImageKind, type OtherKind } from './image_kind';
import type { Size } from './view';

/** What is wrong with a file, said before anything is sent. */
export type FileProblem = 'too_large' | 'too_many' | 'empty' | 'too_many_pixels' | OtherKind;

/** Where a photo stands. `finished` has an image, which may have failed. */
export type Stage = 'chosen' | 'sending' | 'working' | 'finished' | 'gone';

export interface Photo {
  id: number;
  name: string;
  sizeBytes: number;
  /** In pixels, as a viewer shows it; null until it is known. */
  size: Size | null;
  problem: FileProblem | null;
  /** The browser can't show it. It may be sent all the same: the server decides, and refunds a failure. */
  unshowable: boolean;
  stage: Stage;
  /** Of its bytes, while sending. */
  sentBytes: number;
  /** Where its latest run is. */
  job: { id: string; index: number } | null;
  /** The latest result; it stays while the photo runs again. */
  image: JobImage | null;
  /** The image's record is all that is left of it. */
  filesGone: boolean;
  /** The results of earlier runs, for what they cost. */
  past: JobImage[];
  /** It goes with a mask drawn by hand. */
  hasMask: boolean;
}

/** One request on its way. It is over, and forgotten, when the server has accepted or refused it. */
export interface Submission {
  /** Its Idempotency-Key: the same on every try, so that a lost answer never charges twice. */
  key: string;
  photos: number[];
  tries: number;
  /** When the next try comes, while waiting for it; in epoch milliseconds. */
  retryAt: number | null;
}

export interface Queue {
  photos: Photo[];
  submissions: Submission[];
  /** Why the last submission was refused. */
  refusal: Problem | null;
  nextId: number;
}

/** A job found again, with the photos that were sent with it, in order; jobs in the order in which they were made. */
export interface KnownJob {
  job: Job;
  isExpired: boolean;
  photos: { id: number; name: string }[];
}

export type QueueEvent =
  | { type: 'add'; files: { name: string; size: number }[] }
  | { type: 'checked'; id: number; kind: ImageKind | OtherKind }
  | { type: 'measured'; id: number; size: Size }
  | { type: 'unshowable'; id: number }
  | { type: 'mask'; id: number; hasMask: boolean }
  | { type: 'remove'; id: number }
  | { type: 'send'; key: string; photos: number[] }
  | { type: 'progress'; key: string; loaded: number; total: number }
  | { type: 'retryAt'; key: string; at: number }
  | { type: 'retry'; key: string }
  | { type: 'refused'; key: string; problem: Problem }
  | { type: 'accepted'; key: string; jobId: string }
  | { type: 'image'; jobId: string; image: JobImage }
  | { type: 'done'; job: Job }
  | { type: 'gone'; jobId: string }
  | { type: 'restore'; jobs: KnownJob[] }
  | { type: 'clear' };

export const emptyQueue: Queue = { photos: [], submissions: [], refusal: null, nextId: 1 };

export const isSendable = (photo: Photo) => photo.stage === 'chosen' && !photo.problem;
export const isBusy = (photo: Photo) => photo.stage === 'sending' || photo.stage === 'working';

/** What can be fetched of its latest run. */
export function filesOf({ image, filesGone }: Photo): Pick<JobImage, 'url' | 'originalUrl' | 'maskUrl'> {
  return image && !filesGone ? image : {};
}

export function reduce(queue: Queue, event: QueueEvent, limits: Limits): Queue {
  switch (event.type) {
    case 'add': {
      const photos = event.files.map((file, i) => chosen(queue.nextId + i, file, limits));
      return counted({ ...queue, photos: [...queue.photos, ...photos], nextId: queue.nextId + photos.length }, limits);
    }
    case 'checked':
      if (isReadable(event.kind)) return queue;
      return counted(withPhoto(queue, event.id, { problem: event.kind }), limits);
    case 'measured':
      if (event.size.width * event.size.height <= limits.pixelsMax) return withPhoto(queue, event.id, { size: event.size });
      return counted(withPhoto(queue, event.id, { problem: 'too_many_pixels' }), limits);
    case 'unshowable':
      return withPhoto(queue, event.id, { unshowable: true });
    case 'mask':
      return withPhoto(queue, event.id, { hasMask: event.hasMask });
    case 'remove':
      return counted({ ...queue, photos: queue.photos.filter((photo) => photo.id !== event.id || isBusy(photo)) }, limits);
    case 'send': {
      const submission = { key: event.key, photos: event.photos, tries: 1, retryAt: null };
      const sending = { stage: 'sending', sentBytes: 0 } as const;
      return {
        ...withPhotos(queue, (photo) => (event.photos.includes(photo.id) ? sending : null)),
        submissions: [...queue.submissions, submission],
        refusal: null,
      };
    }
    case 'progress':
      return progressed(queue, event);
    case 'retryAt':
      return withSubmission(queue, event.key, { retryAt: event.at });
    case 'retry': {
      const tries = (queue.submissions.find(({ key }) => key === event.key)?.tries ?? 0) + 1;
      return withSubmission(queue, event.key, { retryAt: null, tries });
    }
    case 'refused': {
      const { photos, rest } = taken(queue, event.key);
      const back = (photo: Photo): Partial<Photo> => ({ stage: photo.image ? 'finished' : 'chosen', sentBytes: 0 });
      return { ...withPhotos(queue, (photo) => (photos.includes(photo.id) ? back(photo) : null)), submissions: rest, refusal: event.problem };
    }
    case 'accepted': {
      const { photos, rest } = taken(queue, event.key);
      const working = (photo: Photo) => {
        const index = photos.indexOf(photo.id);
        if (index < 0) return null;
        const past = photo.image ? [...photo.past, photo.image] : photo.past;
        return { stage: 'working' as const, sentBytes: photo.sizeBytes, job: { id: event.jobId, index }, past, filesGone: false };
      };
      return { ...withPhotos(queue, working), submissions: rest };
    }
    case 'image':
      return withImages(queue, event.jobId, [event.image]);
    case 'done':
      return withImages(queue, event.job.id, event.job.images);
    case 'gone':
      return withPhotos(queue, (photo) => (photo.job?.id === event.jobId ? { stage: 'gone', image: null } : null));
    case 'restore':
      return restored(event.jobs);
    case 'clear':
      return { ...emptyQueue, nextId: queue.nextId };
  }
}

/** Every result that was delivered or refunded: the latest runs' and those before. */
export function allResults(photos: Photo[]): JobImage[] {
  return photos.flatMap((photo) => (photo.stage === 'finished' && photo.image ? [...photo.past, photo.image] : photo.past));
}

/** How far the whole is, in [0, 1]: sending is its first half, the work its second. */
export function overallProgress(photos: Photo[]): number {
  const run = photos.filter((photo) => photo.stage !== 'chosen' && photo.stage !== 'gone');
  if (run.length === 0) return 0;
  const share = (photo: Photo) => {
    if (photo.stage === 'finished') return 1;
    if (photo.stage === 'working') return 0.5;
    return photo.sizeBytes > 0 ? photo.sentBytes / photo.sizeBytes / 2 : 0;
  };
  return run.reduce((sum, photo) => sum + share(photo), 0) / run.length;
}

function chosen(id: number, file: { name: string; size: number }, limits: Limits): Photo {
  const problem = file.size === 0 ? 'empty' : file.size > limits.fileMaxBytes ? 'too_large' : null;
  return {
    id,
    name: file.name,
    sizeBytes: file.size,
    size: null,
    problem,
    unshowable: false,
    stage: 'chosen',
    sentBytes: 0,
    job: null,
    image: null,
    filesGone: false,
    past: [],
    hasMask: false,
  };
}

// The first `filesMax` good ones may go; removing one of them lets the next in.
function counted(queue: Queue, limits: Limits): Queue {
  let good = 0;
  return withPhotos(queue, (photo) => {
    if (photo.stage !== 'chosen' || (photo.problem && photo.problem !== 'too_many')) return null;
    const problem = ++good > limits.filesMax ? 'too_many' : null;
    return problem === photo.problem ? null : { problem };
  });
}

// The browser tells the bytes of the whole request; the files went in order.
function progressed(queue: Queue, event: { key: string; loaded: number; total: number }): Queue {
  const submission = queue.submissions.find(({ key }) => key === event.key);
  if (!submission) return queue;
  const sizes = submission.photos.map((id) => queue.photos.find((photo) => photo.id === id)?.sizeBytes ?? 0);
  const all = sizes.reduce((sum, size) => sum + size, 0);
  let left = event.total > 0 ? (event.loaded / event.total) * all : 0;
  const sent = new Map<number, number>();
  submission.photos.forEach((id, i) => {
    const bytes = Math.min(left, sizes[i]!);
    sent.set(id, bytes);
    left -= bytes;
  });
  return withPhotos(queue, (photo) => (sent.has(photo.id) ? { sentBytes: sent.get(photo.id)! } : null));
}

function withImages(queue: Queue, jobId: string, images: JobImage[]): Queue {
  const byIndex = new Map(images.map((image) => [indexOf(image), image]));
  return withPhotos(queue, (photo) => {
    const image = photo.job?.id === jobId ? byIndex.get(photo.job.index) : undefined;
    return image ? { stage: 'finished', image } : null;
  });
}

function restored(jobs: KnownJob[]): Queue {
  const byId = new Map<number, Photo>();
  for (const { job, isExpired, photos } of jobs) {
    photos.forEach(({ id, name }, index) => {
      const image = job.images.find((one) => indexOf(one) === index) ?? null;
      const before = byId.get(id);
      byId.set(id, {
        id,
        name: image?.filename ?? name,
        sizeBytes: 0,
        size: null,
        problem: null,
        unshowable: false,
        stage: image ? 'finished' : job.status === 'done' ? 'gone' : 'working',
        sentBytes: 0,
        job: { id: job.id, index },
        image: image ?? before?.image ?? null,
        filesGone: isExpired,
        past: before?.image ? [...before.past, before.image] : [],
        hasMask: false,
      });
    });
  }
  const photos = [...byId.values()].sort((a, b) => a.id - b.id);
  return { photos, submissions: [], refusal: null, nextId: (photos.at(-1)?.id ?? 0) + 1 };
}

function taken(queue: Queue, key: string): { photos: number[]; rest: Submission[] } {
  const rest = queue.submissions.filter((submission) => submission.key !== key);
  return { photos: queue.submissions.find((submission) => submission.key === key)?.photos ?? [], rest };
}

function withPhotos(queue: Queue, change: (photo: Photo) => Partial<Photo> | null): Queue {
  return {
    ...queue,
    photos: queue.photos.map((photo) => {
      const changed = change(photo);
      return changed ? { ...photo, ...changed } : photo;
    }),
  };
}

function withPhoto(queue: Queue, id: number, changed: Partial<Photo>): Queue {
  return withPhotos(queue, (photo) => (photo.id === id ? changed : null));
}

function withSubmission(queue: Queue, key: string, changed: Partial<Submission>): Queue {
  return { ...queue, submissions: queue.submissions.map((one) => (one.key === key ? { ...one, ...changed } : one)) };
}
