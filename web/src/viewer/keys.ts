// The viewer's keys: what each does, wherever the focus is in it.
import type { MaskEditor } from '../core/mask/mask_editor';
import type { StageControl, Tool } from './stage';

export interface KeyTargets {
  stage: StageControl | null;
  /** While a mask is edited. */
  editor: MaskEditor | null;
  /** Space went down: until it is up, dragging moves the photo. */
  hold(): void;
  tool(tool: Tool): void;
  resize(factor: number): void;
  showMask(): void;
  /** To the photo `step` places on. */
  move(step: number): void;
}

const kArrows: Record<string, [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const kPanStep = 60;

export function pressed(event: KeyboardEvent, to: KeyTargets): void {
  const focused = event.target as Element;
  const arrow = kArrows[event.key];
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'z' && to.editor) {
    event.preventDefault();
    if (event.shiftKey) to.editor.redo();
    else to.editor.undo();
  } else if (event.ctrlKey || event.metaKey || event.altKey) {
    return;
  } else if (arrow) {
    if (focused.closest('input, [role=slider]')) return; // theirs
    event.preventDefault();
    moved(arrow, to);
  } else if (event.key === ' ' || event.key === 'Enter') {
    if (focused.closest('a, button, input, [role=slider]')) return;
    event.preventDefault();
    if (event.key === ' ') to.hold();
    else if (to.editor) to.stage?.stamp();
  } else {
    letter(event.key.toLowerCase(), to);
  }
}

/** The brush while a mask is edited, else the photo where it is larger than the window, else the next photo. */
function moved([dx, dy]: [number, number], { stage, editor, move }: KeyTargets): void {
  if (editor) stage?.moveCursor(dx, dy);
  else if (stage?.canPan()) stage.pan(-kPanStep * dx, -kPanStep * dy);
  else if (dx !== 0) move(dx);
}

function letter(key: string, { stage, editor, tool, resize, showMask, move }: KeyTargets): void {
  const always: Record<string, () => void> = {
    '+': () => stage?.zoomBy(1.25),
    '=': () => stage?.zoomBy(1.25),
    '-': () => stage?.zoomBy(0.8),
    '0': () => stage?.fit(),
    '1': () => stage?.native(),
  };
  const editing: Record<string, () => void> = {
    b: () => tool('brush'),
    e: () => tool('eraser'),
    r: () => tool('rectangle'),
    '[': () => resize(0.8),
    ']': () => resize(1.25),
  };
  const comparing: Record<string, () => void> = { m: showMask, pageup: () => move(-1), pagedown: () => move(1) };
  (always[key] ?? (editor ? editing : comparing)[key])?.();
}
