// One photo over the whole window: compare, zoom, show the mask, paint it, run again.
import { useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import '../styles/viewer.css';
import { percent } from '../core/format';
import type { MaskEditor } from '../core/mask/mask_editor';
import { isBusy, type Photo } from '../core/queue';
import type { Size } from '../core/view';
import { wordingOf } from '../core/wording';
import { text } from '../text';
import { Icon } from '../ui/icon';
import { Notice } from '../ui/parts';
import type { Workbench } from '../workbench';
import { EditorBar } from './editor_bar';
import { loadMask } from './load_mask';
import { MaskOverlay } from './mask_overlay';
import { Stage, type StageControl, type Tool } from './stage';
import { useMaskEditor } from './use_mask_editor';

export interface ViewerProps {
  workbench: Workbench;
  photoId: number;
  initialMode: 'compare' | 'edit';
  /** Another photo is wanted. */
  onMove: (photoId: number) => void;
  onClose: () => void;
}

const kLeastRadius = 1;
const kMostRadius = 400;

export function Viewer({ workbench, photoId, initialMode, onMove, onClose }: ViewerProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const photo = workbench.photo(photoId);
  const before = useOriginal(workbench, photo);
  const after = photo?.stage === 'finished' && photo.image?.ok ? (photo.image.url ?? null) : null;
  const size = useNaturalSize(before ?? after);
  const [mode, setMode] = useState(initialMode);
  const [showsMask, setShowsMask] = useState(false);
  const [tool, setTool] = useState<Tool>('brush');
  const [radius, setRadius] = useState(20);
  const zoomPercent = useSignal(100);
  const control = useRef<StageControl | null>(null);
  const space = useRef(false);
  const edits = mode === 'edit' && before !== null && photo !== undefined && !isBusy(photo);
  const edit = useMaskEditor(workbench, photo, edits ? size.value : null);
  const detected = useDetectedMask(photo, showsMask && !edits ? size.value : null);

  useEffect(() => {
    dialog.current!.showModal();
    return () => dialog.current?.close();
  }, []);
  useEffect(() => setMode(initialMode), [photoId]);
  // A brush that suits the photo: about a fiftieth of its longer side.
  useEffect(() => {
    if (size.value) setRadius(Math.round(Math.max(size.value.width, size.value.height) / 100) || 1);
  }, [size.value]);
  if (!photo) return null;

  const neighbours = workbench.queue.value.photos.filter((other) => !other.problem && other.stage !== 'gone');
  const place = neighbours.findIndex((other) => other.id === photoId);
  const move = (step: number) => {
    const next = neighbours[place + step];
    if (!next) return;
    keep();
    onMove(next.id);
  };
  /** A mask that was painted before the start goes with the photo. */
  const keep = () => {
    if (edits && edit.editor && photo.stage === 'chosen') workbench.keepMask(photoId, edit.editor.mask);
  };
  const close = () => {
    keep();
    onClose();
  };
  const leaveEdit = () => {
    keep();
    if (photo.stage === 'chosen') onClose();
    else setMode('compare');
  };
  const run = (editor: MaskEditor) => {
    setMode('compare');
    void workbench.runAgain(photoId, editor.mask);
  };
  const resize = (factor: number) => setRadius((now) => Math.min(kMostRadius, Math.max(kLeastRadius, factor > 1 ? Math.ceil(now * factor) : Math.floor(now * factor))));

  const keys: Record<string, () => void> = {
    '+': () => control.current?.zoomBy(1.25),
    '=': () => control.current?.zoomBy(1.25),
    '-': () => control.current?.zoomBy(0.8),
    '0': () => control.current?.fit(),
    '1': () => control.current?.native(),
    m: () => setShowsMask(!showsMask),
    ...(edits
      ? {
          b: () => setTool('brush'),
          e: () => setTool('eraser'),
          r: () => setTool('rectangle'),
          '[': () => resize(0.8),
          ']': () => resize(1.25),
        }
      : { PageUp: () => move(-1), PageDown: () => move(1) }),
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target instanceof HTMLInputElement && event.target.type !== 'range') return;
    const onStage = (event.target as Element).classList.contains('stage');
    if (event.key === ' ' && onStage) {
      space.current = true;
      event.preventDefault();
      return;
    }
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'z' && edits) {
      event.preventDefault();
      if (event.shiftKey) edit.editor?.redo();
      else edit.editor?.undo();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const direction = kArrows[event.key];
    if (onStage && direction) {
      event.preventDefault();
      const [dx, dy] = direction;
      if (edits) control.current?.moveCursor(dx, dy);
      else control.current?.pan(-60 * dx, -60 * dy);
      return;
    }
    if (onStage && edits && event.key === 'Enter') return control.current?.stamp();
    keys[event.key.length === 1 ? event.key.toLowerCase() : event.key]?.();
  };

  const wording = photo.image && !isBusy(photo) ? wordingOf(photo.image) : null;
  const overlay = edits ? edit.overlay : showsMask ? detected : null;
  const refusal = workbench.queue.value.refusal;
  return (
    <dialog
      ref={dialog}
      class="viewer"
      aria-label={text.viewer.title(photo.name)}
      onKeyDown={onKeyDown}
      onKeyUp={(event) => event.key === ' ' && (space.current = false)}
      onCancel={(event) => {
        event.preventDefault();
        if (edits && photo.stage !== 'chosen') setMode('compare');
        else close();
      }}
    >
      <header class="viewer-top">
        <button type="button" class="vbutton icon" aria-label={text.viewer.close} onClick={close}>
          <Icon name="cross" />
        </button>
        <div class="viewer-name">
          <strong>{photo.name}</strong>
          <span class="viewer-facts number">
            {wording && <span class={`verdict ${wording.tone}`}>{wording.title}</span>}
            {wording && <span>{wording.cost}</span>}
            {size.value && <span class="wide-only">{text.viewer.size(size.value.width, size.value.height)}</span>}
            {after && photo.image?.outsideMaskMaxDifference === 0 && <span class="wide-only">{text.viewer.exact}</span>}
            {after && photo.image?.changedPixels !== undefined && <span class="wide-only">{text.viewer.changed(percent(photo.image.changedPixels))}</span>}
          </span>
        </div>
        {!edits && (
          <div class="viewer-actions">
            {photo.image?.maskUrl && after && (
              <button type="button" class="vbutton" aria-pressed={showsMask} onClick={() => setShowsMask(!showsMask)}>
                <Icon name="mask" />
                <span class="wide-only">{text.viewer.mask}</span>
                <span class="visually-hidden narrow-only">{text.viewer.mask}</span>
              </button>
            )}
            {before && !isBusy(photo) && (
              <button type="button" class="vbutton" onClick={() => setMode('edit')}>
                <Icon name="brush" />
                {text.viewer.edit}
              </button>
            )}
            {after && (
              <a class="vbutton primary" href={after} download="" aria-label={text.viewer.download}>
                <Icon name="download" />
                <span class="wide-only">{text.viewer.download}</span>
              </a>
            )}
          </div>
        )}
      </header>

      <div class="viewer-body">
        {size.value ? (
          <Stage
            key={photoId}
            name={photo.name}
            size={size.value}
            before={before}
            after={edits ? null : after}
            overlay={overlay}
            painting={edits && edit.editor ? { editor: edit.editor, tool, radius } : null}
            zoomPercent={zoomPercent}
            control={control}
            spaceHeld={() => space.current}
          />
        ) : (
          <p class="viewer-message">{size.failed || (!before && !after) ? text.viewer.unavailable : text.app.loading}</p>
        )}
        {isBusy(photo) && (
          <p class="viewer-busy" role="status">
            <span class="spinner" aria-hidden="true" />
            {text.viewer.working}
          </p>
        )}
        {wording && wording.tone !== 'good' && !edits && <p class="viewer-hint">{wording.detail}</p>}
        {refusal && (
          <div class="viewer-refusal">
            <Notice tone="bad">{refusal.error}</Notice>
          </div>
        )}
      </div>

      <footer class="viewer-bottom">
        {edits && edit.editor && (
          <EditorBar
            photo={photo}
            edit={edit}
            tool={tool}
            onTool={setTool}
            radius={radius}
            radiusRange={[kLeastRadius, kMostRadius]}
            onRadius={setRadius}
            onRun={photo.stage === 'chosen' ? null : run}
            onLeave={leaveEdit}
          />
        )}
        <div class="viewer-zoom">
          {neighbours.length > 1 && !edits && (
            <>
              <button type="button" class="vbutton icon" aria-label={text.viewer.previous} disabled={place <= 0} onClick={() => move(-1)}>
                <Icon name="left" />
              </button>
              <button type="button" class="vbutton icon" aria-label={text.viewer.next} disabled={place + 1 >= neighbours.length} onClick={() => move(1)}>
                <Icon name="right" />
              </button>
            </>
          )}
          <button type="button" class="vbutton icon" aria-label={text.viewer.zoomOut} onClick={() => control.current?.zoomBy(0.8)}>
            <Icon name="minus" />
          </button>
          <span class="zoom-value number">{text.viewer.zoom(zoomPercent.value)}</span>
          <button type="button" class="vbutton icon" aria-label={text.viewer.zoomIn} onClick={() => control.current?.zoomBy(1.25)}>
            <Icon name="plus" />
          </button>
          <button type="button" class="vbutton" onClick={() => control.current?.fit()}>
            {text.viewer.fit}
          </button>
          <button type="button" class="vbutton" onClick={() => control.current?.native()}>
            {text.viewer.native}
          </button>
        </div>
      </footer>
    </dialog>
  );
}

const kArrows: Record<string, [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function useOriginal(workbench: Workbench, photo: Photo | undefined): string | null {
  const [url, setUrl] = useState<string | null>(null);
  const remote = photo?.image?.originalUrl;
  useEffect(() => {
    const source = photo ? workbench.originalUrl(photo) : null;
    setUrl(source?.url ?? null);
    return () => source?.revoke();
  }, [photo?.id, remote]);
  return url;
}

/** Of the image at `url`, as the browser shows it: turned as its EXIF says. */
function useNaturalSize(url: string | null): { value: Size | null; failed: boolean } {
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
function useDetectedMask(photo: Photo | undefined, size: Size | null): MaskOverlay | null {
  const [loaded, setLoaded] = useState<{ url: string; overlay: MaskOverlay } | null>(null);
  const url = photo?.image?.maskUrl;
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
