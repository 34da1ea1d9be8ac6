import { readFile } from 'node:fs/promises';
import heicDecode from 'heic-decode';
import type { DecodedHeic } from 'heic-decode';
import { pixelCaps } from '../caps.ts';
import { firstLine, type Header } from '../header.ts';
import { isOurFault } from '../our-fault.ts';
import { UndecodableError, type Source } from '../source.ts';
import { toTiff } from './tiff.ts';

/**
 * Decodes HEVC (libheif as WebAssembly; patents keep it out of sharp's own build), blocking the thread for a tenth of
 * a second per megapixel. The pixels go on with their colour profile: phones write Display P3.
 */
export async function openHevc(path: string, header: Header): Promise<Source> {
  const { width, height, data } = await decodePrimary(path, header);
  const input = toTiff({ width, height, rgba: data, alpha: header.hasAlpha, profile: header.raw.icc });
  return { header: { ...header, width, height, orientation: 1 }, input };
}

async function decodePrimary(path: string, header: Header): Promise<DecodedHeic> {
  const buffer = await readFile(path);
  try {
    const images = await heicDecode.all({ buffer });
    try {
      const image = images[header.raw.pagePrimary ?? 0] ?? images[0];
      if (!image || image.width * image.height > pixelCaps.heif) {
        throw new Error('the image inside is not of the size that the header gives');
      }
      return await image.decode();
    } finally {
      images.dispose();
    }
  } catch (error) {
    if (isOurFault(error)) throw error;
    throw new UndecodableError(`HEVC: ${firstLine(error)}`, { cause: error });
  }
}
