import type { ImageFacts } from '@darkroom/domain';
import type { Header } from './header.ts';
import { refusal, type Refusal } from './refusal.ts';

const million = 1_000_000;
/**
 * The most pixels that are decoded, by the measured memory and time of each decoder (a 2.7 KB AVIF of 10000² takes
 * 1.7 GB). What decodes in rows may be larger than what has to be held whole.
 */
export const pixelCaps = { general: 100 * million, held: 50 * million, heif: 25 * million } as const;

/** An animation beyond either is shown by its first frame. Pixels count over all frames. */
export const animationBudget = { frames: 300, pixels: 40 * million } as const;

/** The refusal of an image that its header shows to be too large, or undefined. */
export function tooManyPixels(header: Header): Refusal<'too_many_pixels'> | undefined {
  const pixels = header.width * header.height;
  const cap = capOf(header);
  if (pixels <= cap) return undefined;
  return refusal(
    'too_many_pixels',
    `${header.storedWidth}×${header.storedHeight} is more than the ${cap / million} megapixels taken of this type`,
  );
}

function capOf({ contentType, progressive }: Header): number {
  if (isHeif(contentType)) return pixelCaps.heif;
  return progressive || contentType === 'image/gif' ? pixelCaps.held : pixelCaps.general;
}

export function keepsAnimation({ frames, width, height }: ImageFacts): boolean {
  return frames > 1 && frames <= animationBudget.frames && frames * width * height <= animationBudget.pixels;
}

/**
 * Whether a file is decoded in a child process that can be killed. HEVC always; and whatever holds much memory or
 * much time by its kind and size, or is suspiciously small for its pixels. The rest decodes in rows and is bounded by
 * its caps.
 */
export function needsChild(header: Header): boolean {
  const pixels = header.width * header.height;
  if (header.hevc) return true;
  if (isHeif(header.contentType)) return pixels > 4 * million;
  if (keepsAnimation(header)) return pixels * header.frames > 20 * million;
  if (header.progressive) return pixels > 25 * million;
  return pixels > 10 * million && header.fileBytes < pixels / 200;
}

function isHeif(contentType: ImageFacts['contentType']): boolean {
  return contentType === 'image/avif' || contentType === 'image/heic' || contentType === 'image/heif';
}
