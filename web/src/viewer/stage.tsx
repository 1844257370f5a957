// The photo in the viewer: the original, the result to the right of the divider, and the mask above, all in one view that
// pans and zooms.
import type { Signal } from '@preact/signals';
import { useSignal, useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { fit, keepInside, panBy, type Point, type Size, toImage, toView, type View, zoomTo } from '../core/view';
import type { MaskEditor, Paint } from '../core/mask/mask_editor';
import { text } from '../text';
import { listen } from './gestures';
import type { MaskOverlay } from './mask_overlay';

export type Tool = 'brush' | 'eraser' | 'rectangle';

export interface Painting {
  editor: MaskEditor;
  tool: Tool;
  /** Of the brush, in native pixels. */
  radius: number;
}

/** What the viewer's buttons and keys ask of the stage. */
export interface StageControl {
  zoomBy(factor: number): void;
  fit(): void;
  native(): void;
  pan(dx: number, dy: number): void;
  /** False where all of the photo is in sight. */
  canPan(): boolean;
  /** Paints by keyboard: moves the cursor by brush widths, and puts the tool down where it is. */
  moveCursor(dx: number, dy: number): void;
  stamp(): void;
}

interface StageProps {
  name: string;
  size: Size;
  before: string | null;
  after: string | null;
  overlay: MaskOverlay | null;
  painting: Painting | null;
  /** Native pixels per device pixel is 1 at 100. */
  zoomPercent: Signal<number>;
  control: { current: StageControl | null };
  spaceHeld: () => boolean;
}

const nativeScale = () => 1 / devicePixelRatio;

export function Stage({ name, size, before, after, overlay, painting, zoomPercent, control, spaceHeld }: StageProps) {
  const element = useRef<HTMLDivElement>(null);
  const overlayHost = useRef<HTMLDivElement>(null);
  const view = useSignal<View | null>(null);
  const room = useSignal<Size>({ width: 1, height: 1 });
  const split = useSignal(0.5);
  const cursor = useSignal<Point | null>(null);
  const corner = useSignal<Point | null>(null);
  const latest = useRef({ painting, size });
  latest.current = { painting, size };

  const change = (next: View) => {
    view.value = next;
  };
  const zoom = (scale: number, anchor: Point) => {
    if (view.value) change(zoomTo(view.value, scale, anchor, latest.current.size, room.value, nativeScale()));
  };
  const centre = () => ({ x: room.value.width / 2, y: room.value.height / 2 });

  // The view starts with the whole photo, and keeps its place when the window changes.
  useEffect(() => {
    const observer = new ResizeObserver(() => {
      if (!element.current) return;
      const wasWhole = view.value === null || view.value.scale <= fit(size, room.value, nativeScale()).scale;
      room.value = { width: element.current.clientWidth, height: element.current.clientHeight };
      change(wasWhole ? fit(size, room.value, nativeScale()) : keepInside(view.value!, size, room.value));
    });
    observer.observe(element.current!);
    return () => observer.disconnect();
  }, [size.width, size.height]);

  useSignalEffect(() => {
    if (view.value) zoomPercent.value = Math.round(view.value.scale * devicePixelRatio * 100);
  });

  useEffect(() => {
    overlayHost.current!.replaceChildren(...(overlay ? [overlay.element] : []));
  }, [overlay]);

  useEffect(() => {
    if (!painting) cursor.value = corner.value = null;
  }, [painting !== null]);

  useEffect(() => {
    const stamp = () => {
      const now = latest.current.painting;
      const at = cursor.value;
      if (!now || !at) return;
      if (now.tool !== 'rectangle') {
        now.editor.beginStroke(paintOf(now.tool), at, now.radius);
        now.editor.endStroke();
      } else if (corner.value) {
        now.editor.fillBox('add', corner.value, at);
        corner.value = null;
      } else {
        corner.value = at;
      }
    };
    control.current = {
      zoomBy: (factor) => view.value && zoom(view.value.scale * factor, centre()),
      fit: () => change(fit(size, room.value, nativeScale())),
      native: () => zoom(nativeScale(), centre()),
      canPan: () => view.value !== null && view.value.scale > fit(size, room.value, nativeScale()).scale,
      pan: (dx, dy) => view.value && change(panBy(view.value, dx, dy, size, room.value)),
      moveCursor: (dx, dy) => {
        if (!view.value) return;
        const step = latest.current.painting?.radius ?? 1;
        const from = cursor.value ?? toImage(view.value, centre());
        const to = { x: clamp(from.x + dx * step, size.width), y: clamp(from.y + dy * step, size.height) };
        cursor.value = to;
        const seen = toView(view.value, to);
        const out = (p: number, length: number) => (p < 0 ? -p : p > length ? length - p : 0);
        change(panBy(view.value, out(seen.x, room.value.width), out(seen.y, room.value.height), size, room.value));
      },
      stamp,
    };
    return () => (control.current = null);
  }, [size]);

  useEffect(() => {
    let doing: 'pan' | 'stroke' | 'rectangle' | null = null;
    let last: Point = { x: 0, y: 0 };
    const radius = (now: Painting, event: PointerEvent) =>
      event.pointerType === 'pen' && event.pressure > 0 ? now.radius * (0.4 + 0.6 * event.pressure) : now.radius;
    return listen(
      element.current!,
      {
        start(at, event, pan) {
          last = at;
          const now = latest.current.painting;
          if (!now || pan || !view.value) {
            doing = 'pan';
            return;
          }
          const point = toImage(view.value, at);
          // A pen's other end erases, and so does any tool with Alt held.
          const paint: Paint = event.buttons & 32 || event.altKey ? 'erase' : paintOf(now.tool);
          if (now.tool === 'rectangle') {
            doing = 'rectangle';
            corner.value = point;
            cursor.value = point;
          } else {
            doing = 'stroke';
            now.editor.beginStroke(paint, point, radius(now, event));
          }
        },
        move(points, event) {
          const now = latest.current.painting;
          const to = points.at(-1)!;
          if (doing === 'pan' && view.value) change(panBy(view.value, to.x - last.x, to.y - last.y, latest.current.size, room.value));
          if (doing === 'stroke' && now && view.value) for (const point of points) now.editor.extendStroke(toImage(view.value, point), radius(now, event));
          if (doing === 'rectangle' && view.value) cursor.value = toImage(view.value, to);
          last = to;
        },
        end(event) {
          const now = latest.current.painting;
          if (doing === 'stroke') now?.editor.endStroke();
          if (doing === 'rectangle' && now && corner.value && cursor.value) {
            now.editor.fillBox(event.altKey ? 'erase' : 'add', corner.value, cursor.value);
            corner.value = null;
          }
          doing = null;
        },
        cancel() {
          if (doing === 'stroke') latest.current.painting?.editor.cancelStroke();
          corner.value = null;
          doing = null;
        },
        pinch([a0, b0], [a1, b1]) {
          if (!view.value) return;
          const grown = Math.hypot(b1.x - a1.x, b1.y - a1.y) / Math.max(1, Math.hypot(b0.x - a0.x, b0.y - a0.y));
          const middle = { x: (a1.x + b1.x) / 2, y: (a1.y + b1.y) / 2 };
          const moved = panBy(view.value, middle.x - (a0.x + b0.x) / 2, middle.y - (a0.y + b0.y) / 2, latest.current.size, room.value);
          change(zoomTo(moved, moved.scale * grown, middle, latest.current.size, room.value, nativeScale()));
        },
        hover(at, event) {
          if (latest.current.painting && doing !== 'rectangle') cursor.value = at && event.pointerType !== 'touch' && view.value ? toImage(view.value, at) : null;
        },
        wheel: (at, deltaY) => view.value && zoom(view.value.scale * Math.exp(-deltaY * 0.002), at),
      },
      spaceHeld,
    );
  }, []);

  const toggleZoom = (event: MouseEvent) => {
    if (painting || !view.value) return;
    const box = element.current!.getBoundingClientRect();
    const isWhole = view.value.scale < nativeScale() * 0.99;
    if (isWhole) zoom(nativeScale(), { x: event.clientX - box.left, y: event.clientY - box.top });
    else change(fit(size, room.value, nativeScale()));
  };

  const now = view.value;
  const place = now ? { width: `${size.width}px`, height: `${size.height}px`, transform: `translate(${now.x}px, ${now.y}px) scale(${now.scale})` } : { display: 'none' };
  const pixelated = now !== null && now.scale * devicePixelRatio >= 2 ? 'pixelated' : '';
  const compares = before !== null && after !== null;
  const splitX = split.value * room.value.width;
  return (
    <div ref={element} class={`stage ${painting ? 'paints' : ''}`} role="group" aria-label={text.viewer.stage} tabIndex={0} onDblClick={toggleZoom}>
      {before !== null && <img class={`layer ${pixelated}`} style={place} src={before} alt={compares ? `${name}: ${text.viewer.before}` : name} draggable={false} />}
      {after !== null && (
        <div class="clip" style={compares ? { clipPath: `inset(0 0 0 ${splitX}px)` } : {}}>
          <img class={`layer ${pixelated}`} style={place} src={after} alt={`${name}: ${text.viewer.after}`} draggable={false} />
        </div>
      )}
      <div ref={overlayHost} class={`layer ${pixelated}`} style={place} />
      {painting && now && <Cursor painting={painting} view={now} cursor={cursor.value} corner={corner.value} />}
      {compares && <Divider split={split} room={room.value} />}
    </div>
  );
}

const paintOf = (tool: Tool): Paint => (tool === 'eraser' ? 'erase' : 'add');
const clamp = (value: number, length: number) => Math.min(Math.max(value, 0), length);

function Cursor({ painting, view, cursor, corner }: { painting: Painting; view: View; cursor: Point | null; corner: Point | null }) {
  if (!cursor) return null;
  const at = toView(view, cursor);
  if (painting.tool !== 'rectangle') {
    const side = 2 * painting.radius * view.scale;
    return <div class="brush-cursor" style={{ width: `${side}px`, height: `${side}px`, transform: `translate(${at.x - side / 2}px, ${at.y - side / 2}px)` }} />;
  }
  if (!corner) return <div class="cross-cursor" style={{ transform: `translate(${at.x}px, ${at.y}px)` }} />;
  const from = toView(view, corner);
  return (
    <div
      class="rectangle-cursor"
      style={{
        width: `${Math.abs(at.x - from.x)}px`,
        height: `${Math.abs(at.y - from.y)}px`,
        transform: `translate(${Math.min(at.x, from.x)}px, ${Math.min(at.y, from.y)}px)`,
      }}
    />
  );
}

function Divider({ split, room }: { split: Signal<number>; room: Size }) {
  const set = (share: number) => (split.value = Math.min(1, Math.max(0, share)));
  const drag = (event: PointerEvent) => {
    const handle = event.currentTarget as HTMLElement;
    event.stopPropagation();
    event.preventDefault();
    handle.focus({ preventScroll: true });
    handle.setPointerCapture(event.pointerId);
  };
  const move = (event: PointerEvent) => {
    const handle = event.currentTarget as HTMLElement;
    event.stopPropagation();
    if (!handle.hasPointerCapture(event.pointerId)) return;
    const box = handle.parentElement!.getBoundingClientRect();
    set((event.clientX - box.left) / box.width);
  };
  const key = (event: KeyboardEvent) => {
    const step = event.shiftKey ? 0.1 : 0.02;
    const to = { ArrowLeft: split.value - step, ArrowRight: split.value + step, Home: 0, End: 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    set(to);
  };
  return (
    <>
      <span class="side-label left" hidden={split.value < 0.12}>
        {text.viewer.before}
      </span>
      <span class="side-label right" hidden={split.value > 0.88}>
        {text.viewer.after}
      </span>
      <div
        class="divider"
        role="slider"
        tabIndex={0}
        aria-label={text.viewer.divider}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(split.value * 100)}
        style={{ transform: `translateX(${split.value * room.width}px)` }}
        onPointerDown={drag}
        onPointerMove={move}
        onKeyDown={key}
      >
        <span class="divider-grip" aria-hidden="true">
          <svg viewBox="0 0 24 24" width="20" height="20" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">
            <path d="M9 7l-5 5 5 5M15 7l5 5-5 5" />
          </svg>
        </span>
      </div>
    </>
  );
}
