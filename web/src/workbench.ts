// The photos at hand and what is done with them: reads files, sends submissions, watches jobs. What state follows from
// what is core/queue.ts's.
import { computed, type ReadonlySignal, signal } from '@preact/signals';
import { ApiError, callForAnswer, retryAfter } from './api/client';
import { type Accepted, isExpired, type Job } from './api/types';
import { upload, type UploadResult } from './api/upload';
import { kHeadBytes, kindOf } from './core/image_kind';
import { watchJob } from './core/job_watch';
import { encodeGreyPng } from './core/mask/png';
import type { TileMask } from './core/mask/tile_mask';
import { emptyQueue, filesOf, isBusy, isSendable, type KnownJob, type Photo, type Queue, type QueueEvent, reduce } from './core/queue';
import { randomId } from './core/random_id';
import { waitBeforeRetry } from './core/retry';
import { limits, refreshBalance, setBalance } from './session';
import { text } from './text';
import { findThumbnail, keepThumbnail, makeThumbnail } from './thumbnails';

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** What is remembered of a job, to find it again. */
export interface JobNote {
  jobId: string;
  photos: { id: number; name: string }[];
}

export class Workbench {
  readonly queue = signal<Queue>(emptyQueue);
  /** Object URLs by photo. */
  readonly thumbnails = signal<ReadonlyMap<number, string>>(new Map());
  readonly sendable: ReadonlySignal<Photo[]> = computed(() => this.queue.value.photos.filter(isSendable));
  readonly isBusy: ReadonlySignal<boolean> = computed(() => this.queue.value.photos.some(isBusy));

  private readonly files = new Map<number, File>();
  private readonly thumbnailBlobs = new Map<number, Blob>();
  private readonly masks = new Map<number, TileMask>();
  private readonly watches = new Map<string, () => void>();
  private notes: JobNote[] = [];

  /** `remember` is told the jobs at hand whenever they change. */
  constructor(private readonly remember: (notes: JobNote[]) => void = () => {}) {}

  photo(id: number): Photo | undefined {
    return this.queue.value.photos.find((photo) => photo.id === id);
  }

  add(files: File[]): void {
    const firstId = this.queue.value.nextId;
    this.dispatch({ type: 'add', files });
    files.forEach((file, i) => {
      const id = firstId + i;
      this.files.set(id, file);
      if (file.size > 0 && file.size <= limits.value.fileMaxBytes) void this.read(id, file);
    });
  }

  remove(id: number): void {
    this.dispatch({ type: 'remove', id });
    if (this.photo(id)) return;
    this.files.delete(id);
    this.masks.delete(id);
    this.dropThumbnail(id);
  }

  clear(): void {
    this.watches.forEach((stop) => stop());
    this.watches.clear();
    this.queue.value.photos.forEach(({ id }) => this.dropThumbnail(id));
    this.files.clear();
    this.masks.clear();
    this.dispatch({ type: 'clear' });
    this.note([]);
  }

  /** Where the photo as it was sent can be loaded from; null where nobody has it any more. */
  originalUrl(photo: Photo): { url: string; revoke: () => void } | null {
    const file = this.files.get(photo.id);
    if (file) {
      const url = URL.createObjectURL(file);
      return { url, revoke: () => URL.revokeObjectURL(url) };
    }
    const { originalUrl } = filesOf(photo);
    return originalUrl ? { url: originalUrl, revoke: () => {} } : null;
  }

  hasOriginal(photo: Photo): boolean {
    return this.files.has(photo.id) || filesOf(photo).originalUrl !== undefined;
  }

  mask(id: number): TileMask | undefined {
    return this.masks.get(id);
  }

  keepMask(id: number, mask: TileMask): void {
    if (mask.isEmpty) this.masks.delete(id);
    else this.masks.set(id, mask);
    this.dispatch({ type: 'mask', id, hasMask: !mask.isEmpty });
  }

  /** Sends what is chosen and good: in two submissions where some have a mask and others none, as a mask counts for all. */
  async sendAll(): Promise<void> {
    const photos = this.sendable.value;
    const groups = [photos.filter((photo) => !photo.hasMask), photos.filter((photo) => photo.hasMask)];
    await Promise.all(groups.filter((group) => group.length > 0).map((group) => this.send(group)));
  }

  /** Once more, with the mask that it has by now. */
  async retry(id: number): Promise<void> {
    const photo = this.photo(id);
    if (photo && !isBusy(photo)) await this.send([photo]);
  }

  async runAgain(id: number, mask: TileMask): Promise<void> {
    const photo = this.photo(id);
    if (!photo || isBusy(photo)) return;
    this.keepMask(id, mask);
    await this.send([{ ...photo, hasMask: true }]);
  }

  /** The mask that the server finds, as a PNG; null where it finds nothing. Throws ApiError. Free. */
  async detect(id: number): Promise<Blob | null> {
    const form = new FormData();
    const photo = this.photo(id)!;
    form.append('files', await this.fileOf(photo), photo.name);
    const result = await upload({ path: '/api/web/detect', form, idempotencyKey: randomId() });
    if (!result.ok) throw new ApiError(result.problem, result.retryAfterSeconds);
    const job = await new Promise<Job | null>((resolve) => {
      watchJob(result.accepted.jobId, { image: () => {}, done: resolve, gone: () => resolve(null) }, this.watchTools());
    });
    const image = job?.images[0];
    if (image && !image.ok) throw new Error(image.error);
    if (!image?.maskUrl || image.findings?.length === 0) return null;
    return (await fetch(image.maskUrl)).blob();
  }

  /** Finds jobs again. Those that are no more are left out. */
  async restore(notes: JobNote[]): Promise<void> {
    const known: KnownJob[] = [];
    for (const note of notes) {
      try {
        const { body } = await callForAnswer<Job>('GET', `/api/web/jobs/${note.jobId}`);
        known.push({ job: body, isExpired: isExpired(body), photos: note.photos });
      } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 404) throw error;
      }
    }
    this.dispatch({ type: 'restore', jobs: known });
    this.note(notes.filter((note) => known.some(({ job }) => job.id === note.jobId)));
    for (const { job } of known) if (job.status === 'processing') this.watch(job.id);
    for (const { id, job } of this.queue.value.photos) {
      const blob = job && (await findThumbnail({ jobId: job.id, index: job.index, which: 'sent' }));
      if (blob) this.setThumbnail(id, blob);
    }
  }

  private dispatch(event: QueueEvent): void {
    this.queue.value = reduce(this.queue.value, event, limits.value);
  }

  private note(notes: JobNote[]): void {
    this.notes = notes;
    this.remember(notes);
  }

  private async read(id: number, file: File): Promise<void> {
    try {
      const kind = kindOf(new Uint8Array(await file.slice(0, kHeadBytes).arrayBuffer()));
      this.dispatch({ type: 'checked', id, kind });
      if (this.photo(id)?.problem) return;
      const thumbnail = await makeThumbnail(file);
      if (!thumbnail) return this.dispatch({ type: 'unshowable', id });
      if (!this.photo(id)) return;
      this.dispatch({ type: 'measured', id, size: thumbnail.size });
      this.setThumbnail(id, thumbnail.blob);
      const job = this.photo(id)?.job;
      if (job) void keepThumbnail({ jobId: job.id, index: job.index, which: 'sent' }, thumbnail.blob); // sent before its thumbnail was made
    } catch {
      this.dispatch({ type: 'checked', id, kind: 'other' }); // moved or deleted since it was chosen
    }
  }

  private setThumbnail(id: number, blob: Blob): void {
    this.dropThumbnail(id);
    this.thumbnailBlobs.set(id, blob);
    this.thumbnails.value = new Map(this.thumbnails.value).set(id, URL.createObjectURL(blob));
  }

  private dropThumbnail(id: number): void {
    const url = this.thumbnails.value.get(id);
    if (!url) return;
    URL.revokeObjectURL(url);
    const rest = new Map(this.thumbnails.value);
    rest.delete(id);
    this.thumbnails.value = rest;
    this.thumbnailBlobs.delete(id);
  }

  private async fileOf(photo: Photo): Promise<Blob> {
    const file = this.files.get(photo.id);
    if (file) return file;
    const response = await fetch(filesOf(photo).originalUrl ?? '');
    if (!response.ok) throw new Error('the original is gone');
    return response.blob();
  }

  private async send(photos: Photo[]): Promise<void> {
    const key = randomId();
    this.dispatch({ type: 'send', key, photos: photos.map((photo) => photo.id) });
    let result: UploadResult;
    try {
      result = await this.deliver(key, await this.formOf(photos));
    } catch {
      result = { ok: false, problem: { status: 410, code: 'gone', error: text.errors.unreadable }, retryAfterSeconds: null };
    }
    if (result.ok) this.accepted(key, photos, result.accepted, result.creditsRemaining);
    else this.dispatch({ type: 'refused', key, problem: result.problem });
  }

  private async formOf(photos: Photo[]): Promise<FormData> {
    const form = new FormData();
    for (const photo of photos) form.append('files', await this.fileOf(photo), photo.name);
    for (const photo of photos) {
      const mask = photo.hasMask ? this.masks.get(photo.id) : undefined;
      if (mask) form.append('mask', await encodeGreyPng(mask.size, (y, out) => mask.readRow(y, out)), 'mask.png');
    }
    return form;
  }

  private async deliver(key: string, form: FormData): Promise<UploadResult> {
    for (let tries = 1; ; ++tries) {
      const onProgress = (loaded: number, total: number) => this.dispatch({ type: 'progress', key, loaded, total });
      const result = await upload({ path: '/api/web/remove', form, idempotencyKey: key, onProgress });
      if (result.ok) return result;
      const wait = waitBeforeRetry(result.problem.status, tries, result.retryAfterSeconds);
      if (wait === null) return result;
      this.dispatch({ type: 'retryAt', key, at: Date.now() + wait });
      await sleep(wait);
      this.dispatch({ type: 'retry', key });
    }
  }

  private accepted(key: string, photos: Photo[], { jobId }: Accepted, creditsRemaining: number | null): void {
    this.dispatch({ type: 'accepted', key, jobId });
    if (creditsRemaining !== null) setBalance(creditsRemaining);
    this.note([...this.notes, { jobId, photos: photos.map(({ id, name }) => ({ id, name })) }]);
    photos.forEach(({ id }, index) => {
      const blob = this.thumbnailBlobs.get(id);
      if (blob) void keepThumbnail({ jobId, index, which: 'sent' }, blob);
    });
    this.watch(jobId);
  }

  private watch(jobId: string): void {
    const over = () => {
      this.watches.delete(jobId);
      void refreshBalance().catch(() => {});
    };
    const watcher = {
      image: (image: Job['images'][number]) => this.dispatch({ type: 'image', jobId, image }),
      done: (job: Job) => {
        this.dispatch({ type: 'done', job });
        over();
      },
      gone: () => {
        this.dispatch({ type: 'gone', jobId });
        over();
      },
    };
    this.watches.set(jobId, watchJob(jobId, watcher, this.watchTools()));
  }

  private watchTools() {
    return {
      openEvents: (jobId: string) => new EventSource(`/api/web/jobs/${jobId}/events`),
      getJob: async (jobId: string) => {
        try {
          const { body, headers } = await callForAnswer<Job>('GET', `/api/web/jobs/${jobId}`);
          return { job: body, retryAfterSeconds: retryAfter(headers.get('Retry-After')) };
        } catch (error) {
          if (error instanceof ApiError && error.status === 404) return 'gone' as const;
          if (error instanceof ApiError && error.status === 401) return 'signed_out' as const;
          throw error;
        }
      },
      wait: sleep,
    };
  }
}

const kNotesKey = 'removr.jobs';

/** The tool page's own, which outlives the page and is found again after leaving. */
export const workbench = new Workbench((notes) => {
  if (notes.length > 0) localStorage.setItem(kNotesKey, JSON.stringify(notes));
  else localStorage.removeItem(kNotesKey);
});

let restored = false;

/** Once a visit, when it is known who is signed in; photos chosen meanwhile win. */
export async function restoreWorkbench(): Promise<void> {
  if (restored || workbench.queue.value.photos.length > 0) return;
  restored = true;
  try {
    await workbench.restore(JSON.parse(localStorage.getItem(kNotesKey) ?? '[]') as JobNote[]);
  } catch {
    restored = false; // the server is away; the notes stay for the next visit
  }
}
