// The mask as the viewer shows it: one small canvas a tile, at native pixels, in a layer that is moved and scaled with
// the photo. Only what changed is drawn.
import { kTile, type Tile, TileMask, clip } from '../core/mask/tile_mask';
import type { Rect, Size } from '../core/view';

// The red of masking film, which stands out from most photographs.
const kColour = new Uint32Array(new Uint8Array([255, 36, 84, 140]).buffer)[0]!;

export class MaskOverlay {
  readonly element = document.createElement('div');
  private readonly canvases = new Map<number, CanvasRenderingContext2D>();
  /** The tiles as they were last drawn. */
  private shown = new Map<number, Tile | undefined>();

  constructor(private readonly size: Size) {
    this.element.className = 'mask-layer';
  }

  /** Draws the tiles that `mask` doesn't share with the one shown. */
  show(mask: TileMask): void {
    for (let row = 0; row < mask.rows; ++row) {
      for (let column = 0; column < mask.columns; ++column) {
        const key = row * mask.columns + column;
        if (mask.tile(column, row) === this.shown.get(key)) continue;
        this.drawTile(mask, column, row, { x0: 0, y0: 0, x1: kTile, y1: kTile });
      }
    }
  }

  /** Draws what lies in `dirty`, where the tiles' bytes have changed. */
  draw(mask: TileMask, dirty: Rect): void {
    const part = clip(dirty, this.size);
    if (!part) return;
    for (let row = Math.floor(part.y0 / kTile); row * kTile < part.y1; ++row) {
      for (let column = Math.floor(part.x0 / kTile); column * kTile < part.x1; ++column) {
        this.drawTile(mask, column, row, {
          x0: Math.max(0, part.x0 - column * kTile),
          y0: Math.max(0, part.y0 - row * kTile),
          x1: Math.min(kTile, part.x1 - column * kTile),
          y1: Math.min(kTile, part.y1 - row * kTile),
        });
      }
    }
  }

  private drawTile(mask: TileMask, column: number, row: number, part: Rect): void {
    const key = row * mask.columns + column;
    const tile = mask.tile(column, row);
    this.shown.set(key, tile);
    if (!tile) {
      this.canvases.get(key)?.clearRect(0, 0, kTile, kTile);
      return;
    }
    const [width, height] = [part.x1 - part.x0, part.y1 - part.y0];
    const pixels = new ImageData(width, height);
    const words = new Uint32Array(pixels.data.buffer);
    for (let y = 0; y < height; ++y) {
      const from = (part.y0 + y) * kTile + part.x0;
      for (let x = 0; x < width; ++x) if (tile[from + x]) words[y * width + x] = kColour;
    }
    this.canvas(key, column, row).putImageData(pixels, part.x0, part.y0);
  }

  private canvas(key: number, column: number, row: number): CanvasRenderingContext2D {
    let context = this.canvases.get(key);
    if (!context) {
      const canvas = document.createElement('canvas');
      canvas.width = kTile;
      canvas.height = kTile;
      canvas.style.left = `${column * kTile}px`;
      canvas.style.top = `${row * kTile}px`;
      this.element.append(canvas);
      context = canvas.getContext('2d')!;
      this.canvases.set(key, context);
    }
    return context;
  }
}
