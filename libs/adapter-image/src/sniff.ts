import type { MediaType } from '@darkroom/contracts';

/** How many bytes of a file {@link sniffImage} looks at. */
export const sniffLength = 64;

const heicBrands = new Set(['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx']);
const avifBrands = new Set(['avif', 'avis']);
const heifBrands = new Set(['mif1', 'msf1']);

/**
 * The type by magic bytes, or undefined for whatever is not an image that Darkroom takes. SVG is text, and so never
 * an image here. Sources: JFIF, PNG, RFC 9649 (WebP), GIF89a, ISO/IEC 14496-12 and 23008-12 (`ftyp` brands).
 */
export function sniffImage(head: Uint8Array): MediaType | undefined {
  if (startsWith(head, [0xff, 0xd8, 0xff])) return 'image/jpeg';
  if (startsWith(head, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return 'image/png';
  const magic = ascii(head, 0, 6);
  if (magic === 'GIF87a' || magic === 'GIF89a') return 'image/gif';
  if (ascii(head, 0, 4) === 'RIFF' && ascii(head, 8, 12) === 'WEBP') return 'image/webp';
  if (ascii(head, 4, 8) === 'ftyp') return sniffBrands(head);
  return undefined;
}

/** `mif1` says no more than "an image in this container": there the compatible brands decide. */
function sniffBrands(head: Uint8Array): MediaType | undefined {
  const major = ascii(head, 8, 12);
  if (avifBrands.has(major)) return 'image/avif';
  if (heicBrands.has(major)) return 'image/heic';
  if (!heifBrands.has(major)) return undefined;
  const boxLength = new DataView(head.buffer, head.byteOffset, head.byteLength).getUint32(0);
  for (let at = 16; at + 4 <= Math.min(boxLength, head.length); at += 4) {
    if (avifBrands.has(ascii(head, at, at + 4))) return 'image/avif';
  }
  return 'image/heif';
}

function startsWith(head: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, index) => head[index] === byte);
}

function ascii(head: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...head.subarray(from, to));
}
