import { useEffect, useState } from 'preact/hooks';
import { MaskEditor } from '../core/mask/mask_editor';
import type { TileMask } from '../core/mask/tile_mask';
import { filesOf, type Photo } from '../core/queue';
import type { Rect, Size } from '../core/view';
import { text } from '../text';
import { announce } from '../ui/parts';
import type { Workbench } from '../workbench';
import { loadMask } from './load_mask';
import { MaskOverlay } from './mask_overlay';

export interface MaskEdit {
  editor: MaskEditor | null;
  overlay: MaskOverlay | null;
  /** The search for overlays: under way, and what came of it. */
  detecting: boolean;
  message: string | null;
  detect: () => Promise<void>;
}

/** The editor of a photo's mask while `size` is given. It starts with the mask kept, else with the detected one. */
export function useMaskEditor(workbench: Workbench, photo: Photo | undefined, size: Size | null): MaskEdit {
  const [state, setState] = useState<{ editor: MaskEditor; overlay: MaskOverlay } | null>(null);
  const [, redraw] = useState(0);
  const [detecting, setDetecting] = useState(false);
  const [message, setMessage] = useState<string | null>(null);
  const id = photo?.id;
  const { width, height } = size ?? { width: 0, height: 0 };

  useEffect(() => {
    setState(null);
    setMessage(null);
    if (id === undefined || !width) return;
    let over = false;
    const made = makeEditor({ width, height }, workbench.mask(id), () => redraw((count) => count + 1));
    setState(made);
    const { maskUrl } = filesOf(photo!);
    if (!workbench.mask(id) && maskUrl) {
      void fetch(maskUrl)
        .then((response) => (response.ok ? response.blob() : Promise.reject(new Error())))
        .then((png) => loadMask(png, { width, height }))
        .then((mask) => !over && !mask.isEmpty && made.editor.replace(mask))
        .catch(() => !over && setMessage(text.editor.loadFailed));
    }
    return () => {
      over = true;
    };
  }, [id, width, height]);

  const detect = async () => {
    if (!state || id === undefined || detecting) return;
    setDetecting(true);
    setMessage(null);
    let outcome: string = text.editor.detectedNothing;
    try {
      const png = await workbench.detect(id);
      const mask = png && (await loadMask(png, { width, height }));
      if (mask && !mask.isEmpty) {
        state.editor.replace(mask);
        outcome = text.editor.detected;
      }
    } catch {
      outcome = text.editor.detectFailed;
    }
    setDetecting(false);
    setMessage(outcome);
    announce(outcome);
  };
  return { editor: state?.editor ?? null, overlay: state?.overlay ?? null, detecting, message, detect };
}

function makeEditor(size: Size, mask: TileMask | undefined, onHistory: () => void): { editor: MaskEditor; overlay: MaskOverlay } {
  const overlay = new MaskOverlay(size);
  // However often a pen reports, the screen is drawn once a frame.
  let dirty: Rect | null = null;
  const drawSoon = (rect: Rect) => {
    if (!dirty) requestAnimationFrame(drawNow);
    dirty = dirty ? union(dirty, rect) : rect;
  };
  const drawNow = () => {
    if (dirty) overlay.draw(editor.mask, dirty);
    dirty = null;
  };
  const editor = new MaskEditor(
    size,
    (change) => {
      if (typeof change === 'object') return drawSoon(change);
      if (change === 'replaced') overlay.show(editor.mask);
      onHistory();
    },
    mask,
  );
  overlay.show(editor.mask);
  return { editor, overlay };
}

function union(a: Rect, b: Rect): Rect {
  return { x0: Math.min(a.x0, b.x0), y0: Math.min(a.y0, b.y0), x1: Math.max(a.x1, b.x1), y1: Math.max(a.y1, b.y1) };
}
