// Writes an 8-bit greyscale PNG (the W3C's PNG specification, third edition) row by row, so that a mask of any size
// needs neither a canvas of that size, which some browsers refuse, nor four bytes per pixel.
import type { Size } from '../view';

const kSignature = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const kRowsAtOnce = 64;

// Annex D.
const kCrcTable = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; ++k) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});

function crc32(bytes: Uint8Array): number {
  let c = 0xffffffff;
  for (const byte of bytes) c = kCrcTable[(c ^ byte) & 0xff]! ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(data.length + 12);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  for (let i = 0; i < 4; ++i) bytes[4 + i] = type.charCodeAt(i);
  bytes.set(data, 8);
  view.setUint32(data.length + 8, crc32(bytes.subarray(4, data.length + 8)));
  return bytes;
}

function header({ width, height }: Size): Uint8Array {
  const data = new Uint8Array(13);
  const view = new DataView(data.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  data[8] = 8; // bits per sample; the rest are 0: greyscale, deflate, no filter, no interlace
  return data;
}

/** `readRow(y, out)` writes row y's `width` grey values into `out`. */
export async function encodeGreyPng(size: Size, readRow: (y: number, out: Uint8Array) => void): Promise<Blob> {
  const deflate = new CompressionStream('deflate'); // zlib's format, which is what IDAT holds
  const writer = deflate.writable.getWriter();
  const packed = new Response(deflate.readable).arrayBuffer();
  const stride = size.width + 1; // each row begins with its filter: 0, none
  for (let y = 0; y < size.height; y += kRowsAtOnce) {
    const rows = Math.min(kRowsAtOnce, size.height - y);
    const bytes = new Uint8Array(rows * stride);
    for (let i = 0; i < rows; ++i) readRow(y + i, bytes.subarray(i * stride + 1, (i + 1) * stride));
    await writer.write(bytes);
  }
  await writer.close();
  const parts = [kSignature, chunk('IHDR', header(size)), chunk('IDAT', new Uint8Array(await packed)), chunk('IEND', new Uint8Array())];
  return new Blob(parts as BlobPart[], { type: 'image/png' });
}
