import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { MaskEditor } from './mask_editor';
import { encodeGreyPng } from './png';
import { box, capsule, type Shape } from './shapes';
import { kTile, TileMask } from './tile_mask';

/** The definition itself: the distance of a pixel's centre to the segment. */
function inCapsule(x: number, y: number, a: { x: number; y: number }, b: { x: number; y: number }, radius: number): boolean {
  const [px, py, dx, dy] = [x + 0.5 - a.x, y + 0.5 - a.y, b.x - a.x, b.y - a.y];
  const t = dx || dy ? Math.min(1, Math.max(0, (px * dx + py * dy) / (dx * dx + dy * dy))) : 0;
  return Math.hypot(px - t * dx, py - t * dy) <= radius;
}

function pixelsOf(shape: Shape, width: number, height: number): boolean[][] {
  return Array.from({ length: height }, (_, y) => {
    const inRows = y >= shape.bounds.y0 && y < shape.bounds.y1;
    const [from, to] = inRows ? shape.run(y) : [0, 0];
    return Array.from({ length: width }, (_, x) => x >= from && x < to);
  });
}

describe('a stroke', () => {
  // Steep, flat, diagonal, backwards, a dot, thinner than a pixel, and partly outside.
  it.each([
    [5.2, 6.7, 25.1, 18.3, 4.2],
    [30, 10, 3, 10, 3],
    [12.5, 2, 12.5, 28, 2.5],
    [20, 25, 8.3, 4.4, 6.01],
    [16, 16, 16, 16, 7.3],
    [4, 4, 28, 20, 0.6],
    [-6, 12, 10, 40, 5],
  ])('covers the pixels within its radius: (%f, %f) to (%f, %f), %f', (ax, ay, bx, by, radius) => {
    const [a, b] = [{ x: ax, y: ay }, { x: bx, y: by }];
    const expected = Array.from({ length: 32 }, (_, y) => Array.from({ length: 32 }, (_, x) => inCapsule(x, y, a, b, radius)));
    expect(pixelsOf(capsule(a, b, radius), 32, 32)).toEqual(expected);
  });
});

describe('a rectangle', () => {
  it('is the same from any corner', () => {
    const one = pixelsOf(box({ x: 2, y: 3 }, { x: 7, y: 9 }), 12, 12);
    expect(pixelsOf(box({ x: 7, y: 3 }, { x: 2, y: 9 }), 12, 12)).toEqual(one);
    expect(one.flat().filter(Boolean)).toHaveLength(5 * 6);
    expect(one[3]![2]).toBe(true);
    expect(one[9]![7]).toBe(false);
  });

  it('of no area is empty', () => {
    expect(pixelsOf(box({ x: 2, y: 2 }, { x: 2, y: 9 }), 12, 12).flat()).not.toContain(true);
  });
});

describe('a mask', () => {
  const size = { width: kTile * 2 + 10, height: kTile + 5 };

  it('paints across tiles, and only within the image', () => {
    const mask = TileMask.empty(size).painted(box({ x: kTile - 3, y: kTile - 2 }, { x: 5000, y: 5000 }), 255);
    expect([mask.at(kTile - 4, kTile), mask.at(kTile - 3, kTile), mask.at(size.width - 1, size.height - 1)]).toEqual([0, 255, 255]);
    // Beyond the image's edge the last tile stays 0.
    expect(mask.tile(2, 1)![10]).toBe(0);
  });

  it('leaves the mask that it was painted from as it was, and shares what is untouched', () => {
    const first = TileMask.empty(size).painted(box({ x: 0, y: 0 }, { x: 4, y: 4 }), 255);
    const second = first.painted(box({ x: 1000, y: 0 }, { x: 1004, y: 4 }), 255);
    expect(first.at(1001, 1)).toBe(0);
    expect(second.tile(0, 0)).toBe(first.tile(0, 0));
    expect(second.bytesBeside(first)).toBe(kTile * kTile);
  });

  it('makes no tiles for erasing nothing', () => {
    const mask = TileMask.empty(size).painted(box({ x: 0, y: 0 }, { x: 2000, y: 2000 }), 0);
    expect(mask.bytesBeside(TileMask.empty(size))).toBe(0);
    expect(mask.isEmpty).toBe(true);
  });

  it('reads as rows', () => {
    const mask = TileMask.empty(size).painted(box({ x: kTile - 1, y: 1 }, { x: kTile + 1, y: 2 }), 255);
    const row = new Uint8Array(size.width).fill(7);
    mask.readRow(1, row);
    expect([...row.subarray(kTile - 2, kTile + 2)]).toEqual([0, 255, 255, 0]);
    mask.readRow(0, row);
    expect(row.some(Boolean)).toBe(false);
  });

  it('of a detected overlay keeps its tiles', () => {
    const tile = new Uint8Array(kTile * kTile);
    tile[0] = 255;
    const mask = TileMask.from(size, (column, row) => (column === 1 && row === 0 ? tile : null));
    expect([mask.at(kTile, 0), mask.at(0, 0)]).toEqual([255, 0]);
  });
});

describe('the editor', () => {
  const size = { width: 100, height: 100 };
  const painted = () => {
    const editor = new MaskEditor(size);
    editor.beginStroke('add', { x: 20, y: 20 }, 5);
    editor.extendStroke({ x: 40, y: 20 }, 5);
    editor.endStroke();
    return editor;
  };

  it('takes a whole stroke back in one step, and brings it again', () => {
    const editor = painted();
    expect(editor.mask.at(30, 20)).toBe(255);
    editor.undo();
    expect([editor.mask.isEmpty, editor.canUndo, editor.canRedo]).toEqual([true, false, true]);
    editor.redo();
    expect([editor.mask.at(30, 20), editor.canRedo]).toEqual([255, false]);
  });

  it('erases', () => {
    const editor = painted();
    editor.beginStroke('erase', { x: 30, y: 20 }, 3);
    editor.endStroke();
    expect([editor.mask.at(30, 20), editor.mask.at(20, 20)]).toEqual([0, 255]);
    editor.undo();
    expect(editor.mask.at(30, 20)).toBe(255);
  });

  it('forgets what was undone once something new is painted', () => {
    const editor = painted();
    editor.undo();
    editor.fillBox('add', { x: 0, y: 0 }, { x: 2, y: 2 });
    expect(editor.canRedo).toBe(false);
    editor.redo();
    expect(editor.mask.at(30, 20)).toBe(0);
  });

  it('clears in one step', () => {
    const editor = painted();
    editor.clear();
    expect(editor.mask.isEmpty).toBe(true);
    editor.undo();
    expect(editor.mask.at(30, 20)).toBe(255);
  });

  it('cancels an unfinished stroke without a step', () => {
    const editor = painted();
    editor.beginStroke('add', { x: 80, y: 80 }, 5);
    editor.cancelStroke();
    expect(editor.mask.at(80, 80)).toBe(0);
    editor.undo();
    expect([editor.mask.isEmpty, editor.canUndo]).toEqual([true, false]);
  });

  it('tells which part to draw', () => {
    const dirty: unknown[] = [];
    const editor = new MaskEditor(size, (change) => dirty.push(change));
    editor.fillBox('add', { x: 3, y: 4 }, { x: 10, y: 20 });
    editor.undo();
    expect(dirty).toEqual([{ x0: 3, y0: 4, x1: 10, y1: 20 }, 'history', 'replaced']);
  });

  it('bounds what undo holds on to', () => {
    const editor = new MaskEditor(size);
    for (let i = 0; i < 300; ++i) editor.fillBox(i % 2 ? 'erase' : 'add', { x: 0, y: 0 }, { x: 50, y: 50 });
    let steps = 0;
    for (; editor.canUndo; ++steps) editor.undo();
    expect(steps).toBe(200);
  });

  it('draws a long stroke on 24 megapixels without lag', () => {
    const editor = new MaskEditor({ width: 6000, height: 4000 });
    const began = performance.now();
    editor.beginStroke('add', { x: 100, y: 100 }, 150);
    for (let i = 1; i <= 300; ++i) editor.extendStroke({ x: 100 + i * 19, y: 2000 + 1500 * Math.sin(i / 10) }, 150);
    editor.endStroke();
    // A frame has 16 ms; a tenth of that is the measured value, and the bound leaves room for a busy machine.
    expect((performance.now() - began) / 300).toBeLessThan(16);
  });
});

describe('the PNG', () => {
  it('holds the rows as grey values', async () => {
    const size = { width: 5, height: 130 };
    const blob = await encodeGreyPng(size, (y, out) => out.set([0, 255, y, 1, 2]));
    const bytes = Buffer.from(await blob.arrayBuffer());
    expect(bytes.readUInt32BE(16)).toBe(5);
    expect(bytes.readUInt32BE(20)).toBe(130);
    expect([...bytes.subarray(24, 29)]).toEqual([8, 0, 0, 0, 0]);
    const idat = bytes.indexOf('IDAT');
    const raw = inflateSync(bytes.subarray(idat + 4, idat + 4 + bytes.readUInt32BE(idat - 4)));
    expect(raw.length).toBe(6 * 130);
    expect([...raw.subarray(6 * 129)]).toEqual([0, 0, 255, 129, 1, 2]);
    // The specification's own value for an empty IEND.
    expect(bytes.subarray(-4).toString('hex')).toBe('ae426082');
  });
});
