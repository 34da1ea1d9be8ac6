/** The longest side of any variant, in pixels: what WebP can hold (RFC 9649). */
export const longestSide = 16_383;

export interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * The size of an image within a square of `bound` pixels (null: the full size, as far as formats hold it): the ratio
 * kept, halves rounded up, at least one pixel a side, never enlarged. Integers alone, so that every program that
 * computes it agrees.
 */
export function fitInside({ width, height }: Size, bound: number | null): Size {
  const limit = Math.min(bound ?? longestSide, longestSide);
  const longest = Math.max(width, height);
  if (longest <= limit) return { width, height };
  const scale = (side: number) => Math.max(1, Math.floor((2 * side * limit + longest) / (2 * longest)));
  return { width: scale(width), height: scale(height) };
}

export function sameSize(a: Size, b: Size): boolean {
  return a.width === b.width && a.height === b.height;
}
