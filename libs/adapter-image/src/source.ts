import { isAppError } from '@darkroom/kernel';
import sharp from 'sharp';
import type { Sharp } from 'sharp';
import { keepsAnimation, pixelCaps } from './caps.ts';
import { firstLine, type Header } from './header.ts';
import { isOurFault } from './our-fault.ts';
import { refusal, type Refusal } from './refusal.ts';

/** Something to decode: a file, or the pixels that another decoder made of it. */
export interface Source {
  readonly header: Header;
  readonly input: string | Uint8Array;
}

/** Whether the animation is kept: it fits the budget, and it needs no turning, which libvips cannot do to one. */
export function animates({ header }: Source): boolean {
  return keepsAnimation(header) && header.orientation === 1;
}

/** A pipeline that gives upright sRGB pixels, of all frames or the first. Anything damaged in the file is an error. */
export function openSource({ input }: Source, allFrames: boolean): Sharp {
  const image = sharp(input, {
    limitInputPixels: pixelCaps.general,
    failOn: 'error',
    sequentialRead: true,
    pages: allFrames ? -1 : 1,
  });
  return (allFrames ? image : image.autoOrient()).toColourspace('srgb');
}

/** A file at fault, thrown from amid a pipeline and turned into its refusal where the work began. */
export class UndecodableError extends Error {
  override readonly name = 'UndecodableError';
}

/** Awaits a decode. What libvips says of the file becomes {@link UndecodableError}; what it says of the machine does not. */
export async function decoding<T>(decode: Promise<T>): Promise<T> {
  try {
    return await decode;
  } catch (error) {
    if (isAppError(error) || isOurFault(error)) throw error;
    throw new UndecodableError(firstLine(error), { cause: error });
  }
}

/** Runs work on a file; an {@link UndecodableError} out of it is the file's refusal. */
export async function refusingDamage<T>(work: () => Promise<T>): Promise<T | Refusal<'undecodable'>> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UndecodableError) return refusal('undecodable', error.message);
    throw error;
  }
}
