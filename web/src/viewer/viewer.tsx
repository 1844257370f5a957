// One photo over the whole window: compare, zoom, show the mask, paint it, run again.
import { useSignal } from '@preact/signals';
import { useEffect, useRef, useState } from 'preact/hooks';
import { filesOf, isBusy } from '../core/queue';
import { wordingOf } from '../core/wording';
import { account } from '../session';
import { text } from '../text';
import { Notice, useModal } from '../ui/parts';
import { useRights } from '../ui/use_rights';
import type { Workbench } from '../workbench';
import { EditorBar } from './editor_bar';
import { pressed } from './keys';
import { Stage, type StageControl, type Tool } from './stage';
import { useDetectedMask, useNaturalSize, useOriginal } from './use_images';
import { type MaskEdit, useMaskEditor } from './use_mask_editor';
import { CompareActions, EditActions, Steps, TopBar, Zoom } from './viewer_bars';

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
  const files = photo ? filesOf(photo) : {};
  const after = photo?.stage === 'finished' ? (files.url ?? null) : null;
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
  const rights = useRights(() => {
    setMode('compare');
    void workbench.runAgain(photoId, edit.editor!.mask);
  });

  useModal(dialog);
  // The keys are the dialog's, and what had the focus may have gone with the mode or the photo.
  useEffect(() => dialog.current!.focus(), [mode, photoId]);
  useEffect(() => setMode(initialMode), [photoId]);
  // A brush that suits the photo: about a fiftieth of its longer side.
  useEffect(() => {
    if (size.value) setRadius(Math.round(Math.max(size.value.width, size.value.height) / 100) || 1);
  }, [size.value]);
  if (!photo) return null;

  const neighbours = workbench.queue.value.photos.filter((other) => !other.problem && !other.unshowable && other.stage !== 'gone');
  const place = neighbours.findIndex((other) => other.id === photoId);
  const move = (step: number) => {
    const next = neighbours[place + step];
    if (next) onMove(next.id);
  };
  /** What was painted stays with the photo, until it is run or cleared. */
  const keep = () => {
    if (edits && edit.editor?.canUndo) workbench.keepMask(photoId, edit.editor.mask);
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
  const resize = (factor: number) => setRadius((now) => Math.min(kMostRadius, Math.max(kLeastRadius, factor > 1 ? Math.ceil(now * factor) : Math.floor(now * factor))));

  const onKeyDown = (event: KeyboardEvent) =>
    pressed(event, {
      stage: control.current,
      editor: edits ? edit.editor : null,
      hold: () => (space.current = true),
      tool: setTool,
      resize,
      showMask: () => setShowsMask(!showsMask),
      move,
    });

  const wording = photo.image && !isBusy(photo) ? wordingOf(photo.image) : null;
  const overlay = edits ? edit.overlay : showsMask ? detected : null;
  const refusal = workbench.queue.value.refusal;
  const isAgain = photo.stage !== 'chosen';
  const canRun = !!edit.editor && !edit.editor.mask.isEmpty && (account.value?.balance ?? 0) > 0;
  const note = edits ? editorNote(edit, isAgain) : wording && wording.tone !== 'good' ? wording.detail : null;
  // Where nothing was found the original came back: there is nothing to compare.
  const isSame = before !== null && photo.image?.verdict === 'no_overlay_found';
  return (
    <>
      <dialog
        ref={dialog}
        class="viewer"
        tabIndex={-1}
        aria-label={text.viewer.title(photo.name)}
        onKeyDown={onKeyDown}
        onKeyUp={(event) => event.key === ' ' && (space.current = false)}
        onCancel={(event) => {
          event.preventDefault();
          if (edits) leaveEdit();
          else close();
        }}
      >
        <TopBar photo={photo} wording={wording} size={size.value} isChanged={after !== null && !isSame} onClose={close} />
        <div class="viewer-actions">
          {edits ? (
            <EditActions isAgain={isAgain} canRun={canRun} onRun={rights.run} onLeave={leaveEdit} />
          ) : (
            <CompareActions
              result={after}
              isSame={isSame}
              showsMask={files.maskUrl && after ? showsMask : null}
              onShowMask={setShowsMask}
              onEdit={before && !isBusy(photo) ? () => setMode('edit') : null}
            />
          )}
        </div>

        <div class="viewer-body">
          {size.value ? (
            <Stage
              key={photoId}
              name={photo.name}
              size={size.value}
              before={before}
              after={edits || isSame ? null : after}
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
          {refusal && (
            <div class="viewer-refusal">
              <Notice tone="bad">{refusal.error}</Notice>
            </div>
          )}
        </div>

        <footer class="viewer-bottom">
          {edits && edit.editor && (
            <EditorBar edit={edit} tool={tool} onTool={setTool} radius={radius} radiusRange={[kLeastRadius, kMostRadius]} onRadius={setRadius} />
          )}
          <div class="viewer-row">
            <p class="viewer-note">{note}</p>
            <div class="viewer-zoom">
              {neighbours.length > 1 && !edits && <Steps place={place} count={neighbours.length} onMove={move} />}
              <Zoom percent={zoomPercent.value} control={control} />
            </div>
          </div>
        </footer>
      </dialog>
      {rights.dialog}
    </>
  );
}

function editorNote({ editor, message }: MaskEdit, isAgain: boolean): string {
  if (message) return message;
  if (!editor || editor.mask.isEmpty) return text.editor.empty;
  if (isAgain) return (account.value?.balance ?? 0) > 0 ? text.editor.runCost : text.tool.noCreditsTitle;
  return matchMedia('(pointer: coarse)').matches ? text.editor.touches : text.editor.shortcuts;
}
