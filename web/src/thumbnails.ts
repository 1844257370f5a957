// Small pictures of photos: made in the browser, and kept in its cache by job and image, so that the history needn't
// load the files again. Where there is no cache (plain http on another machine) they are made anew.

const kSide = 480;
const kCache = 'thumbnails';
const kKeptMax = 600;

export interface Thumbnail {
  blob: Blob;
  /** Of the photo, as a viewer shows it. */
  width: number;
  height: number;
}

/** Null where the browser can't decode it. */
export async function makeThumbnail(photo: Blob): Promise<Thumbnail | null> {
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
    return blob && { blob, width, height };
  } catch {
    return null;
  }
}

const address = (jobId: string, index: number) => `/thumbnails/${encodeURIComponent(jobId)}/${index}`;

export async function keepThumbnail(jobId: string, index: number, blob: Blob): Promise<void> {
  if (!('caches' in window)) return;
  const cache = await caches.open(kCache);
  await cache.put(address(jobId, index), new Response(blob));
  const kept = await cache.keys();
  await Promise.all(kept.slice(0, Math.max(0, kept.length - kKeptMax)).map((oldest) => cache.delete(oldest)));
}

export async function findThumbnail(jobId: string, index: number): Promise<Blob | null> {
  if (!('caches' in window)) return null;
  const found = await (await caches.open(kCache)).match(address(jobId, index));
  return found ? found.blob() : null;
}

/** The kept one, else one made from `url`. */
export async function thumbnailOf(jobId: string, index: number, url: string | undefined): Promise<Blob | null> {
  const kept = await findThumbnail(jobId, index);
  if (kept || !url) return kept;
  const response = await fetch(url);
  if (!response.ok) return null;
  const made = await makeThumbnail(await response.blob());
  if (made) await keepThumbnail(jobId, index, made.blob);
  return made?.blob ?? null;
}

export async function forgetThumbnails(): Promise<void> {
  if ('caches' in window) await caches.delete(kCache);
}
