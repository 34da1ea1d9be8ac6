import type { Preset } from '@darkroom/domain';
import sharp from 'sharp';
import type { Sharp } from 'sharp';
import { sameSize, type Size } from './dimensions.ts';
import { animates, decoding, openSource, type Source } from './source.ts';

/** Decoded pixels: upright, sRGB, 8 bits a channel; the frames of an animation one below the other. */
export interface Surface extends Size {
  readonly data: Uint8Array;
  readonly channels: 1 | 2 | 3 | 4;
  readonly frames: number;
}

/** How the frames of an animation follow each other. */
export interface Timing {
  /** Milliseconds, per frame. */
  readonly delay?: number[];
  /** 0: for ever. */
  readonly loop?: number;
}

/** The one decode: the file at the given size. */
export async function decodeSurface(
  source: Source,
  size: Size,
  allFrames = animates(source),
): Promise<Surface> {
  const image = openSource(source, allFrames);
  if (!sameSize(size, source.header)) resizeTo(image, size);
  const { data, info } = await decoding(image.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true }));
  return { data, ...size, channels: info.channels as Surface['channels'], frames: info.height / size.height };
}

/** A smaller surface out of a larger one; the same one where it has that size. */
export async function shrinkSurface(surface: Surface, size: Size): Promise<Surface> {
  if (sameSize(surface, size)) return surface;
  const data = await resizeTo(fromSurface(surface), size).raw().toBuffer();
  return { ...surface, ...size, data };
}

/** `fill` to computed sizes: `inside` is off by one pixel on some ratios. */
export function resizeTo(image: Sharp, { width, height }: Size): Sharp {
  return image.resize(width, height, { fit: 'fill' });
}

export function fromSurface({ data, width, height, channels, frames }: Surface): Sharp {
  const raw = { width, height: height * frames, channels };
  if (frames === 1) return sharp(data, { raw, limitInputPixels: false });
  return sharp(data, { raw: { ...raw, pageHeight: height }, pages: -1, limitInputPixels: false });
}

/** The first frame, over the same bytes. */
export function firstFrame(surface: Surface): Surface {
  const bytes = surface.width * surface.height * surface.channels;
  return surface.frames === 1 ? surface : { ...surface, frames: 1, data: surface.data.subarray(0, bytes) };
}

/** Sets the output of a pipeline by its preset. No metadata is kept: that is sharp's default, and tests hold it. */
export function encodeAs(image: Sharp, { format, quality, effort }: Preset, { delay, loop }: Timing): Sharp {
  switch (format) {
    case 'webp':
      return image.webp({ quality, effort, ...(delay && { delay }), ...(loop !== undefined && { loop }) });
    case 'avif':
      return image.avif({ quality, effort });
    case 'jpeg':
      return image.flatten({ background: '#ffffff' }).jpeg({ quality, progressive: true });
  }
}
