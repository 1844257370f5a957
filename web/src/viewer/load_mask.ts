import { kTile, TileMask } from '../core/mask/tile_mask';
import type { Size } from '../core/view';

/** A mask from the server's PNG: what is at least half white is in. Throws where it can't be read or has another size. */
export async function loadMask(png: Blob, size: Size): Promise<TileMask> {
  const bitmap = await createImageBitmap(png);
  try {
    if (bitmap.width !== size.width || bitmap.height !== size.height) throw new Error('the mask has another size');
    const canvas = document.createElement('canvas');
    canvas.width = kTile;
    canvas.height = kTile;
    const context = canvas.getContext('2d', { willReadFrequently: true })!;
    return TileMask.from(size, (column, row) => {
      context.clearRect(0, 0, kTile, kTile);
      context.drawImage(bitmap, -column * kTile, -row * kTile);
      const { data } = context.getImageData(0, 0, kTile, kTile);
      const tile = new Uint8Array(kTile * kTile);
      for (let i = 0; i < tile.length; ++i) tile[i] = data[4 * i]! >= 128 ? 255 : 0;
      return tile;
    });
  } finally {
    bitmap.close();
  }
}
