// What a file is, told by its first bytes, as the server tells it: never by its name or declared type.

export type ImageKind = 'jpg' | 'png' | 'webp';

/** Kinds that people often have, and that removr doesn't read: named, so that the message can say what to do. */
export type OtherKind = 'heic' | 'avif' | 'gif' | 'tiff' | 'raw' | 'pdf' | 'other';

/** How many first bytes `kindOf` looks at. */
export const kHeadBytes = 16;

const ascii = (bytes: Uint8Array, from: number, to: number) => String.fromCharCode(...bytes.subarray(from, to));

export function kindOf(head: Uint8Array): ImageKind | OtherKind {
  if (head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff) return 'jpg';
  if (ascii(head, 0, 8) === '\x89PNG\r\n\x1a\n') return 'png';
  if (ascii(head, 0, 4) === 'RIFF' && ascii(head, 8, 12) === 'WEBP') return 'webp';
  if (ascii(head, 4, 8) === 'ftyp') {
    const brand = ascii(head, 8, 12);
    if (brand.startsWith('avi')) return 'avif';
    if (brand.startsWith('crx')) return 'raw';
    return /^(hei|hev|mif1|msf1)/.test(brand) ? 'heic' : 'other';
  }
  if (ascii(head, 0, 4) === 'GIF8') return 'gif';
  if (ascii(head, 0, 4) === '%PDF') return 'pdf';
  // Most cameras' raw files are TIFF inside; which of the two it is, the message need not tell apart.
  if (ascii(head, 0, 4) === 'II*\0' || ascii(head, 0, 4) === 'MM\0*') return 'tiff';
  return 'other';
}

export function isReadable(kind: ImageKind | OtherKind): kind is ImageKind {
  return kind === 'jpg' || kind === 'png' || kind === 'webp';
}
