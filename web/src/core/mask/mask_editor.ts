// The mask under edit: strokes, rectangles, clear, undo and redo. Coordinates are native pixels; drawing it on the
// screen is left to the overlay, which is told the part that changed.
import type { Point, Rect, Size } from '../view';
import { box, capsule, type Shape } from './shapes';
import { type Tile, TileMask } from './tile_mask';

export type Paint = 'add' | 'erase';

/** What to draw anew: a rectangle that was painted; `replaced`: another mask; `history`: nothing, but what can be undone. */
export type Change = Rect | 'replaced' | 'history';

/** What undo may hold on to: 24 megapixels painted over entirely ten times. */
const kUndoBytes = 256 * 1024 * 1024;
const kUndoSteps = 200;

export class MaskEditor {
  private current: TileMask;
  private past: TileMask[] = [];
  private future: TileMask[] = [];
  private stroke: { before: TileMask; paint: Paint; last: Point; fresh: Map<number, Tile> } | null = null;

  constructor(
    readonly size: Size,
    private readonly onChange: (change: Change) => void = () => {},
    mask = TileMask.empty(size),
  ) {
    this.current = mask;
  }

  get mask(): TileMask {
    return this.current;
  }
  get canUndo(): boolean {
    return this.past.length > 0;
  }
  get canRedo(): boolean {
    return this.future.length > 0;
  }

  beginStroke(paint: Paint, at: Point, radius: number): void {
    this.endStroke();
    this.stroke = { before: this.current, paint, last: at, fresh: new Map() };
    this.draw(capsule(at, at, radius), paint, this.stroke.fresh);
  }

  extendStroke(to: Point, radius: number): void {
    if (!this.stroke) return;
    const { paint, last, fresh } = this.stroke;
    this.stroke.last = to;
    this.draw(capsule(last, to, radius), paint, fresh);
  }

  /** One stroke is one step of undo. */
  endStroke(): void {
    if (!this.stroke) return;
    const { before } = this.stroke;
    this.stroke = null;
    this.remember(before);
  }

  /** Takes the unfinished stroke back, as when a second finger comes down to zoom. */
  cancelStroke(): void {
    if (!this.stroke) return;
    this.show(this.stroke.before);
    this.stroke = null;
  }

  fillBox(paint: Paint, a: Point, b: Point): void {
    const before = this.current;
    this.draw(box(a, b), paint, new Map());
    this.remember(before);
  }

  clear(): void {
    this.replace(TileMask.empty(this.size));
  }

  /** Sets another mask of the same size, as one step of undo. */
  replace(mask: TileMask): void {
    const before = this.current;
    this.show(mask);
    this.remember(before);
  }

  undo(): void {
    this.endStroke();
    const mask = this.past.pop();
    if (!mask) return;
    this.future.push(this.current);
    this.show(mask);
  }

  redo(): void {
    const mask = this.future.pop();
    if (!mask) return;
    this.past.push(this.current);
    this.show(mask);
  }

  private draw(shape: Shape, paint: Paint, fresh: Map<number, Tile>): void {
    this.current = this.current.painted(shape, paint === 'add' ? 255 : 0, fresh);
    this.onChange(shape.bounds);
  }

  private show(mask: TileMask): void {
    this.current = mask;
    this.onChange('replaced');
  }

  private remember(before: TileMask): void {
    this.past.push(before);
    this.future = [];
    let bytes = 0;
    let keep = this.past.length;
    for (let newer = this.current; keep > 0 && this.past.length - keep < kUndoSteps; --keep) {
      const older = this.past[keep - 1]!;
      bytes += older.bytesBeside(newer);
      if (bytes > kUndoBytes) break;
      newer = older;
    }
    this.past.splice(0, keep);
    this.onChange('history');
  }
}
