// What stands around the stage: the photo's facts, what can be done with it, the way to the next one, and the zoom.
import { percent } from '../core/format';
import type { Photo } from '../core/queue';
import type { Size } from '../core/view';
import type { Wording } from '../core/wording';
import { text } from '../text';
import { Icon } from '../ui/icon';
import type { StageControl } from './stage';

interface TopBarProps {
  photo: Photo;
  wording: Wording | null;
  size: Size | null;
  /** There is a result, and it differs from the original. */
  isChanged: boolean;
  onClose: () => void;
}

export function TopBar({ photo: { name, image }, wording, size, isChanged, onClose }: TopBarProps) {
  return (
    <header class="viewer-top">
      <button type="button" class="vbutton icon" aria-label={text.viewer.close} onClick={onClose}>
        <Icon name="cross" />
      </button>
      <div class="viewer-name">
        <strong title={name}>{name}</strong>
        <span class="viewer-facts number">
          {wording && <span class={`verdict ${wording.tone}`}>{wording.title}</span>}
          {wording && <span>{wording.cost}</span>}
          {size && <span class="wide-only">{text.viewer.size(size.width, size.height)}</span>}
          {isChanged && image?.outsideMaskMaxDifference === 0 && <span class="wide-only">{text.viewer.exact}</span>}
          {isChanged && image?.changedPixels !== undefined && <span class="wide-only">{text.viewer.changed(percent(image.changedPixels))}</span>}
        </span>
      </div>
    </header>
  );
}

interface CompareActionsProps {
  /** Where the result is. */
  result: string | null;
  /** The result is the original: painting is what is left to do. */
  isSame: boolean;
  /** Null where there is no mask. */
  showsMask: boolean | null;
  onShowMask: (shows: boolean) => void;
  onEdit: (() => void) | null;
}

export function CompareActions({ result, isSame, showsMask, onShowMask, onEdit }: CompareActionsProps) {
  return (
    <>
      {showsMask !== null && (
        <button type="button" class="vbutton" aria-pressed={showsMask} onClick={() => onShowMask(!showsMask)}>
          <Icon name="mask" />
          {text.viewer.mask}
        </button>
      )}
      {onEdit && (
        <button type="button" class={`vbutton ${isSame ? 'primary' : ''}`} onClick={onEdit}>
          <Icon name="brush" />
          {showsMask === null ? text.viewer.paint : text.viewer.edit}
        </button>
      )}
      {result && (
        <a class={`vbutton ${isSame ? '' : 'primary'}`} href={result} download="">
          <Icon name="download" />
          {text.viewer.download}
        </a>
      )}
    </>
  );
}

interface EditActionsProps {
  /** It has run before. Before that the mask is only kept. */
  isAgain: boolean;
  canRun: boolean;
  onRun: () => void;
  onLeave: () => void;
}

export function EditActions({ isAgain, canRun, onRun, onLeave }: EditActionsProps) {
  if (!isAgain) {
    return (
      <button type="button" class="vbutton primary" onClick={onLeave}>
        {text.editor.keep}
      </button>
    );
  }
  return (
    <>
      <button type="button" class="vbutton" onClick={onLeave}>
        {text.editor.back}
      </button>
      <button type="button" class="vbutton primary" disabled={!canRun} onClick={onRun}>
        {text.editor.run}
      </button>
    </>
  );
}

/** To the photos beside this one. `place` counts from 0. */
export function Steps({ place, count, onMove }: { place: number; count: number; onMove: (step: 1 | -1) => void }) {
  return (
    <>
      <button type="button" class="vbutton icon" aria-label={text.viewer.previous} disabled={place <= 0} onClick={() => onMove(-1)}>
        <Icon name="left" />
      </button>
      <span class="zoom-value number">{text.viewer.place(place + 1, count)}</span>
      <button type="button" class="vbutton icon" aria-label={text.viewer.next} disabled={place + 1 >= count} onClick={() => onMove(1)}>
        <Icon name="right" />
      </button>
    </>
  );
}

export function Zoom({ percent, control }: { percent: number; control: { current: StageControl | null } }) {
  return (
    <>
      <button type="button" class="vbutton icon" aria-label={text.viewer.zoomOut} onClick={() => control.current?.zoomBy(0.8)}>
        <Icon name="minus" />
      </button>
      <span class="zoom-value number" data-testid="zoom">
        {text.viewer.zoom(percent)}
      </span>
      <button type="button" class="vbutton icon" aria-label={text.viewer.zoomIn} onClick={() => control.current?.zoomBy(1.25)}>
        <Icon name="plus" />
      </button>
      <button type="button" class="vbutton" onClick={() => control.current?.fit()}>
        {text.viewer.fit}
      </button>
      <button type="button" class="vbutton" onClick={() => control.current?.native()}>
        {text.viewer.native}
      </button>
    </>
  );
}
