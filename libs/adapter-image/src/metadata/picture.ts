import sharp from 'sharp';
import { rgbaToThumbHash } from 'thumbhash';
import { fitInside } from '../dimensions.ts';
import type { Source } from '../source.ts';
import { decodeSurface, fromSurface } from '../surface.ts';

/** What the pixels say, from one small decode of the first frame. */
export interface PictureFacts {
  readonly dominantColor: string;
  readonly placeholder: string;
  readonly perceptualHash: string;
}

/** ThumbHash takes at most this many pixels a side, and needs no more for the others. */
const sampleSide = 100;
const hashSide = 32;

export async function describePicture(source: Source): Promise<PictureFacts> {
  const surface = await decodeSurface(source, fitInside(source.header, sampleSide), false);
  const rgba = await fromSurface(surface).toColourspace('srgb').ensureAlpha().raw().toBuffer();
  const grey = await sharp(rgba, { raw: { width: surface.width, height: surface.height, channels: 4 } })
    .flatten({ background: '#ffffff' })
    .greyscale()
    .resize(hashSide, hashSide, { fit: 'fill' })
    .raw()
    .toBuffer();
  return {
    dominantColor: dominantColor(rgba),
    placeholder: Buffer.from(rgbaToThumbHash(surface.width, surface.height, rgba)).toString('base64'),
    perceptualHash: perceptualHash(grey),
  };
}

/** The mean of the fullest of 16 × 16 × 16 bins, as `#rrggbb`; transparent pixels do not count. */
export function dominantColor(rgba: Uint8Array): string {
  const counts = new Float64Array(4096);
  const sums = new Float64Array(4096 * 3);
  for (let at = 0; at + 3 < rgba.length; at += 4) {
    const [r = 0, g = 0, b = 0, alpha = 0] = rgba.subarray(at, at + 4);
    const bin = ((r >> 4) << 8) | ((g >> 4) << 4) | (b >> 4);
    counts[bin] = (counts[bin] ?? 0) + alpha;
    for (const [index, value] of [r, g, b].entries()) {
      sums[bin * 3 + index] = (sums[bin * 3 + index] ?? 0) + value * alpha;
    }
  }
  const fullest = counts.indexOf(Math.max(...counts));
  const weight = counts[fullest] || 1; // an image all transparent is black
  const mean = (index: number) => Math.round((sums[fullest * 3 + index] ?? 0) / weight);
  return `#${[0, 1, 2].map((index) => mean(index).toString(16).padStart(2, '0')).join('')}`;
}

/**
 * A 64-bit DCT hash in hexadecimal ("pHash"): of a 32 × 32 grey picture, the signs of its 8 × 8 lowest frequencies
 * against their median. Near-duplicates differ in few bits.
 */
export function perceptualHash(grey: Uint8Array): string {
  const low: number[] = [];
  for (let v = 0; v < 8; v += 1) for (let u = 0; u < 8; u += 1) low.push(frequency(grey, u, v));
  const sorted = low.slice(1).sort((a, b) => a - b); // the first is the mean brightness
  const median = sorted[31] ?? 0;
  const bits = low.reduce((hash, value) => (hash << 1n) | (value > median ? 1n : 0n), 0n);
  return bits.toString(16).padStart(16, '0');
}

const cosines = Array.from({ length: 8 }, (_row, u) =>
  Float64Array.from({ length: hashSide }, (_cell, x) =>
    Math.cos(((2 * x + 1) * u * Math.PI) / (2 * hashSide)),
  ),
);

function frequency(grey: Uint8Array, u: number, v: number): number {
  let sum = 0;
  for (let y = 0; y < hashSide; y += 1) {
    for (let x = 0; x < hashSide; x += 1) {
      sum += (grey[y * hashSide + x] ?? 0) * (cosines[u]?.[x] ?? 0) * (cosines[v]?.[y] ?? 0);
    }
  }
  return sum;
}
