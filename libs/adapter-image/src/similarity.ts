import sharp from 'sharp';
import type { Size } from './dimensions.ts';

/** Pixels to compare: RGB, 8 bits a channel. */
export interface Pixels extends Size {
  readonly rgb: Uint8Array;
}

/**
 * Decodes an image for comparison: the first frame, turned upright, in sRGB, over mid-grey where transparent; resized
 * by Lanczos when `size` is given.
 */
export async function readPixels(image: string | Uint8Array, size?: Size): Promise<Pixels> {
  const pipeline = sharp(image, { limitInputPixels: false }).autoOrient().flatten({ background: '#808080' });
  if (size) pipeline.resize(size.width, size.height, { fit: 'fill', fastShrinkOnLoad: false });
  const { data, info } = await pipeline
    .toColourspace('srgb')
    .removeAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const rgb = info.channels === 3 ? data : Buffer.from([...data].flatMap((grey) => [grey, grey, grey]));
  return { rgb, width: info.width, height: info.height };
}

/** Mean difference of two pictures of one size, in steps of 0 to 255 over all channels. */
export function meanDifference(a: Pixels, b: Pixels): number {
  mustMatch(a, b);
  let sum = 0;
  for (let at = 0; at < a.rgb.length; at += 1) sum += Math.abs((a.rgb[at] ?? 0) - (b.rgb[at] ?? 0));
  return sum / a.rgb.length;
}

const windowSide = 8;
const c1 = (0.01 * 255) ** 2;
const c2 = (0.03 * 255) ** 2;

/**
 * Structural similarity of two pictures of one size: 1 is the same, mean over windows of 8 × 8 every four pixels, on
 * luma (Wang et al. 2004, with a uniform window).
 */
export function ssim(a: Pixels, b: Pixels): number {
  mustMatch(a, b);
  const lumaA = toLuma(a);
  const lumaB = toLuma(b);
  const side = Math.min(windowSide, a.width, a.height);
  let sum = 0;
  let windows = 0;
  for (let y = 0; y + side <= a.height; y += 4) {
    for (let x = 0; x + side <= a.width; x += 4) {
      sum += windowSsim(lumaA, lumaB, y * a.width + x, a.width, side);
      windows += 1;
    }
  }
  return sum / windows;
}

function windowSsim(a: Float64Array, b: Float64Array, at: number, stride: number, side: number): number {
  let [sumA, sumB, squaresA, squaresB, products] = [0, 0, 0, 0, 0];
  for (let row = 0; row < side; row += 1) {
    for (let column = 0; column < side; column += 1) {
      const x = a[at + row * stride + column] ?? 0;
      const y = b[at + row * stride + column] ?? 0;
      sumA += x;
      sumB += y;
      squaresA += x * x;
      squaresB += y * y;
      products += x * y;
    }
  }
  const count = side * side;
  const meanA = sumA / count;
  const meanB = sumB / count;
  const varianceA = squaresA / count - meanA * meanA;
  const varianceB = squaresB / count - meanB * meanB;
  const covariance = products / count - meanA * meanB;
  const numerator = (2 * meanA * meanB + c1) * (2 * covariance + c2);
  return numerator / ((meanA * meanA + meanB * meanB + c1) * (varianceA + varianceB + c2));
}

function toLuma({ rgb }: Pixels): Float64Array {
  const luma = new Float64Array(rgb.length / 3);
  for (let at = 0; at < luma.length; at += 1) {
    luma[at] = 0.299 * (rgb[at * 3] ?? 0) + 0.587 * (rgb[at * 3 + 1] ?? 0) + 0.114 * (rgb[at * 3 + 2] ?? 0);
  }
  return luma;
}

function mustMatch(a: Pixels, b: Pixels): void {
  if (a.width === b.width && a.height === b.height) return;
  throw new TypeError(`${a.width}×${a.height} cannot be compared with ${b.width}×${b.height}`);
}
