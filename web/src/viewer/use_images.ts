// What the viewer shows of a photo: where the original is, its size, the mask of its result.
import { useEffect, useMemo, useState } from 'preact/hooks';
import { filesOf, type Photo } from '../core/queue';
import type { Size } from '../core/view';
import type { Workbench } from '../workbench';
import { loadMask } from './load_mask';
import { MaskOverlay } from './mask_overlay';

/** Where the photo as it was sent can be loaded from; null where nobody has it any more. */
export function useOriginal(workbench: Workbench, photo: Photo | undefined): string | null {
  const [url, setUrl] = useState<string | null>(null);
  const remote = photo && filesOf(photo).originalUrl;
  useEffect(() => {
    const source = photo ? workbench.originalUrl(photo) : null;
    setUrl(source?.url ?? null);
    return () => source?.revoke();
  }, [photo?.id, remote]);
  return url;
}

/** Of the image at `url`, as the browser shows it: turned as its EXIF says. */
export function useNaturalSize(url: string | null): { value: Size | null; failed: boolean } {
  const [known, setKnown] = useState<{ url: string; size: Size | null } | null>(null);
  useEffect(() => {
    if (!url) return;
    let over = false;
    const image = new Image();
    image.onload = () => !over && setKnown({ url, size: { width: image.naturalWidth, height: image.naturalHeight } });
    image.onerror = () => !over && setKnown({ url, size: null });
    image.src = url;
    return () => {
      over = true;
    };
  }, [url]);
  const isKnown = known !== null && known.url === url;
  return { value: isKnown ? known.size : null, failed: isKnown && known.size === null };
}

/** The mask of the latest result, drawn; null until it is loaded, or where there is none. */
export function useDetectedMask(photo: Photo | undefined, size: Size | null): MaskOverlay | null {
  const [loaded, setLoaded] = useState<{ url: string; overlay: MaskOverlay } | null>(null);
  const url = photo && filesOf(photo).maskUrl;
  useEffect(() => {
    if (!url || !size || loaded?.url === url) return;
    void (async () => {
      const overlay = new MaskOverlay(size);
      overlay.show(await loadMask(await (await fetch(url)).blob(), size));
      setLoaded({ url, overlay });
    })().catch(() => {});
  }, [url, size]);
  return useMemo(() => (size && loaded?.url === url ? (loaded?.overlay ?? null) : null), [loaded, url, size]);
}
