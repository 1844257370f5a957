// Pointers on the stage, told apart: one finger or button drags or paints, two fingers pinch. Mouse, touch and pen.
import type { Point } from '../core/view';

export interface GestureHandlers {
  /** A drag begins. `pan`: by the middle button or with Space held, whatever the tool. */
  start(at: Point, event: PointerEvent, pan: boolean): void;
  /** `points`: all positions since the last call, in order; the last one is now's. */
  move(points: Point[], event: PointerEvent): void;
  end(event: PointerEvent): void;
  /** The drag becomes a pinch: take back what it began. */
  cancel(): void;
  pinch(from: [Point, Point], to: [Point, Point]): void;
  hover(at: Point | null, event: PointerEvent): void;
  wheel(at: Point, deltaY: number): void;
}

/** Returns what takes the listeners off again. */
export function listen(stage: HTMLElement, handlers: GestureHandlers, spaceHeld: () => boolean): () => void {
  const pointers = new Map<number, Point>();
  let dragging = false;
  const at = (event: MouseEvent): Point => {
    const box = stage.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const pair = (): [Point, Point] => {
    const [a, b] = [...pointers.values()];
    return [a!, b!];
  };

  const down = (event: PointerEvent) => {
    if (event.button > 1 && event.pointerType === 'mouse') return;
    if (pointers.size >= 2) return;
    event.preventDefault();
    stage.focus({ preventScroll: true });
    stage.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, at(event));
    if (pointers.size === 1) {
      dragging = true;
      handlers.start(at(event), event, event.button === 1 || spaceHeld());
    } else if (dragging) {
      dragging = false;
      handlers.cancel();
    }
  };
  const move = (event: PointerEvent) => {
    if (!pointers.has(event.pointerId)) {
      handlers.hover(at(event), event);
      return;
    }
    if (pointers.size === 2) {
      const from = pair();
      pointers.set(event.pointerId, at(event));
      handlers.pinch(from, pair());
      return;
    }
    pointers.set(event.pointerId, at(event));
    if (!dragging) return;
    const between = event.getCoalescedEvents?.() ?? [];
    handlers.move((between.length > 0 ? between : [event]).map(at), event);
    handlers.hover(at(event), event);
  };
  const up = (event: PointerEvent) => {
    if (!pointers.delete(event.pointerId) || !dragging || pointers.size > 0) return;
    dragging = false;
    if (event.type === 'pointercancel') handlers.cancel();
    else handlers.end(event);
  };
  const leave = (event: PointerEvent) => handlers.hover(null, event);
  const wheel = (event: WheelEvent) => {
    event.preventDefault();
    handlers.wheel(at(event), event.deltaMode === 1 ? event.deltaY * 16 : event.deltaY);
  };

  // A quick stroke would else end as the browser's own fling, whose stop swallows the next tap, on whatever button.
  const touch = (event: TouchEvent) => event.preventDefault();

  stage.addEventListener('touchstart', touch, { passive: false });
  stage.addEventListener('pointerdown', down);
  stage.addEventListener('pointermove', move);
  stage.addEventListener('pointerup', up);
  stage.addEventListener('pointercancel', up);
  stage.addEventListener('pointerleave', leave);
  stage.addEventListener('wheel', wheel, { passive: false });
  return () => {
    stage.removeEventListener('touchstart', touch);
    stage.removeEventListener('pointerdown', down);
    stage.removeEventListener('pointermove', move);
    stage.removeEventListener('pointerup', up);
    stage.removeEventListener('pointercancel', up);
    stage.removeEventListener('pointerleave', leave);
    stage.removeEventListener('wheel', wheel);
  };
}
