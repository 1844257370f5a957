// Small pictures of photos: made in the browser, and kept in its cache by job and image, so that the history needn't
// load the files again. Where there is no cache (plain http on another machine) they are made anew.
import type { Size } from './core/view';

const kSide = 480;
const kCache = 'thumbnails';
const kKeptMax = 600;

export interface Thumbnail {
  blob: Blob;
  /** Of the photo, as a viewer shows it. */
  size: Size;
}

let making: Promise<unknown> = Promise.resolve();

/** Null where the browser can't decode it. One after the other: decoding fifty large photos at once takes all the memory. */
export function makeThumbnail(photo: Blob): Promise<Thumbnail | null> {
  const made = making.then(() => decode(photo));
  making = made;
  return made;
}

async function decode(photo: Blob): Promise<Thumbnail | null> {
  try {
    const bitmap = await createImageBitmap(photo);
    const { width, height } = bitmap;
    const scale = Math.min(1, kSide / Math.max(width, height));
    const canvas = document.createElement('canvas');
    canvas.width = Math.max(1, Math.round(width * scale));
    canvas.height = Math.max(1, Math.round(height * scale));
    const context = canvas.getContext('2d')!;
    context.imageSmoothingQuality = 'high';
    context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/webp', 0.8));
    return blob && { blob, size: { width, height } };
  } catch {
    return null;
  }
}

/** Whose thumbnail: an image of a job, as it was sent or as it became. */
export interface ThumbnailKey {
  jobId: string;
  index: number;
  which: 'sent' | 'result';
}

const kPath = '/thumbnails/';
const address = ({ jobId, index, which }: ThumbnailKey) => `${kPath}${encodeURIComponent(jobId)}/${index}/${which}`;

export async function keepThumbnail(key: ThumbnailKey, blob: Blob): Promise<void> {
  if (!('caches' in window)) return;
  const cache = await caches.open(kCache);
  await cache.put(address(key), new Response(blob));
  const kept = await cache.keys();
  await Promise.all(kept.slice(0, Math.max(0, kept.length - kKeptMax)).map((oldest) => cache.delete(oldest)));
}

export async function findThumbnail(key: ThumbnailKey): Promise<Blob | null> {
  if (!('caches' in window)) return null;
  const found = await (await caches.open(kCache)).match(address(key));
  return found ? found.blob() : null;
}

/** The kept one, else one made from `url`. */
export async function thumbnailOf(key: ThumbnailKey, url: string | undefined): Promise<Blob | null> {
  const kept = await findThumbnail(key);
  if (kept || !url) return kept;
  const response = await fetch(url);
  if (!response.ok) return null;
  const made = await makeThumbnail(await response.blob());
  if (made) await keepThumbnail(key, made.blob);
  return made?.blob ?? null;
}

/** A job's, or all. */
export async function forgetThumbnails(jobId?: string): Promise<void> {
  if (!('caches' in window)) return;
  if (jobId === undefined) return void (await caches.delete(kCache));
  const cache = await caches.open(kCache);
  const own = (await cache.keys()).filter(({ url }) => new URL(url).pathname.startsWith(`${kPath}${encodeURIComponent(jobId)}/`));
  await Promise.all(own.map((request) => cache.delete(request)));
}
