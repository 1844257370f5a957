// A mask of an image's native size in square tiles, so that a stroke touches only the tiles under it, whatever the
// image's size. Tiles are never written after they are made: a painted mask shares the untouched ones with the mask
// before it, which makes undo a matter of keeping the old mask.
import type { Rect, Size } from '../view';
import type { Shape } from './shapes';

export const kTile = 512;

/** One byte per pixel, kTile x kTile, row by row: 0 is kept, 255 removed. */
export type Tile = Uint8Array;

export class TileMask {
  readonly columns: number;
  readonly rows: number;

  private constructor(
    readonly size: Size,
    /** By row * columns + column; a tile that isn't there is all 0. */
    private readonly tiles: ReadonlyMap<number, Tile>,
  ) {
    this.columns = Math.ceil(size.width / kTile);
    this.rows = Math.ceil(size.height / kTile);
  }

  static empty(size: Size): TileMask {
    return new TileMask(size, new Map());
  }

  /** `tileAt` gives each tile, or null for one of zeros; bytes beyond the image's edge must be 0. */
  static from(size: Size, tileAt: (column: number, row: number) => Tile | null): TileMask {
    const { columns, rows } = TileMask.empty(size);
    const tiles = new Map<number, Tile>();
    for (let row = 0; row < rows; ++row) {
      for (let column = 0; column < columns; ++column) {
        const tile = tileAt(column, row);
        if (tile && tile.some((value) => value !== 0)) tiles.set(row * columns + column, tile);
      }
    }
    return new TileMask(size, tiles);
  }

  tile(column: number, row: number): Tile | undefined {
    return this.tiles.get(row * this.columns + column);
  }

  at(x: number, y: number): number {
    return this.tile(Math.floor(x / kTile), Math.floor(y / kTile))?.[(y % kTile) * kTile + (x % kTile)] ?? 0;
  }

  get isEmpty(): boolean {
    for (const tile of this.tiles.values()) if (tile.some((value) => value !== 0)) return false;
    return true;
  }

  /** Bytes that this mask holds and `other` doesn't: what keeping both costs. */
  bytesBeside(other: TileMask): number {
    let bytes = 0;
    for (const [key, tile] of this.tiles) if (other.tiles.get(key) !== tile) bytes += tile.length;
    return bytes;
  }

  /** With `shape` set to `value`; `fresh` holds the tiles already copied within the same stroke, which are written again. */
  painted(shape: Shape, value: 0 | 255, fresh: Map<number, Tile> = new Map()): TileMask {
    const bounds = clip(shape.bounds, this.size);
    if (!bounds) return this;
    const tiles = new Map(this.tiles);
    for (let y = bounds.y0; y < bounds.y1; ++y) {
      const [from, to] = shape.run(y);
      this.fillRun(tiles, fresh, y, Math.max(from, 0), Math.min(to, this.size.width), value);
    }
    return new TileMask(this.size, tiles);
  }

  /** Writes row `y` of the image, image.width bytes, into `out`. */
  readRow(y: number, out: Uint8Array): void {
    const row = Math.floor(y / kTile);
    for (let column = 0; column < this.columns; ++column) {
      const x = column * kTile;
      const length = Math.min(kTile, this.size.width - x);
      const tile = this.tile(column, row);
      const start = (y % kTile) * kTile;
      if (tile) out.set(tile.subarray(start, start + length), x);
      else out.fill(0, x, x + length);
    }
  }

  private fillRun(tiles: Map<number, Tile>, fresh: Map<number, Tile>, y: number, from: number, to: number, value: 0 | 255) {
    for (let x = from; x < to; ) {
      const column = Math.floor(x / kTile);
      const key = Math.floor(y / kTile) * this.columns + column;
      const end = Math.min(to, (column + 1) * kTile);
      let tile = tiles.get(key);
      if (tile || value) {
        if (!tile || fresh.get(key) !== tile) {
          tile = tile ? tile.slice() : new Uint8Array(kTile * kTile);
          tiles.set(key, tile);
          fresh.set(key, tile);
        }
        const start = (y % kTile) * kTile - column * kTile;
        tile.fill(value, start + x, start + end);
      }
      x = end;
    }
  }
}

/** The part of `rect` within an image of `size`; null where there is none. */
export function clip(rect: Rect, size: Size): Rect | null {
  const inside = {
    x0: Math.max(0, rect.x0),
    y0: Math.max(0, rect.y0),
    x1: Math.min(size.width, rect.x1),
    y1: Math.min(size.height, rect.y1),
  };
  return inside.x0 < inside.x1 && inside.y0 < inside.y1 ? inside : null;
}
