import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { ExtractedMetadata, ExtractionResult } from '@darkroom/domain';
import { AppError } from '@darkroom/kernel';
import type { Header } from '../header.ts';
import { refusingDamage, type Source } from '../source.ts';
import { readExif } from './exif.ts';
import { wholePosition } from './gps.ts';
import { profileName } from './icc.ts';
import { readIptc } from './iptc.ts';
import { describePicture } from './picture.ts';
import { bounded, type Json } from './plain-json.ts';
import { readXmp } from './xmp.ts';

/** What an image's blocks and pixels say. Blocks that are damaged give what can be read, and a warning. */
export async function extractMetadata(
  source: Source,
  path: string,
  signal?: AbortSignal,
): Promise<ExtractionResult> {
  return refusingDamage(async () => {
    const sha256 = await hashFile(path, signal);
    const picture = await describePicture(source);
    const blocks = readBlocks(source.header);
    const { width, height } = source.header;
    const extracted: ExtractedMetadata = { width, height, sha256, ...picture, ...blocks };
    return { ok: true, extracted };
  });
}

/** SHA-256 in hexadecimal, of a stream: the file may be larger than memory is. */
async function hashFile(path: string, signal: AbortSignal | undefined): Promise<string> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path), hash, { signal });
  } catch (error) {
    if (signal?.aborted) throw new AppError('aborted', 'extracting metadata was aborted', { cause: error });
    throw error;
  }
  return hash.digest('hex');
}

type Blocks = Pick<ExtractedMetadata, 'metadata' | 'gps' | 'warnings'>;

/** EXIF, XMP and IPTC as JSON with no position in it, and the position by itself. */
export function readBlocks(header: Header): Blocks {
  const { exif, xmp, iptc, icc, space } = header.raw;
  const readExifBlock = exif && readExif(exif);
  const readXmpBlock = xmp && readXmp(xmp);
  const readIptcBlock = iptc && readIptc(iptc);
  const profile = icc && profileName(icc);
  const metadata: Record<string, Json> = {
    orientation: header.orientation,
    color_space: space,
    has_alpha: header.hasAlpha,
    frames: header.frames,
  };
  if (profile) metadata['color_profile'] = profile;
  const named = { exif: readExifBlock?.exif, iptc: readIptcBlock?.iptc, xmp: readXmpBlock?.xmp };
  for (const [name, block] of Object.entries(named)) {
    if (block && Object.keys(block).length > 0) metadata[name] = bounded(block);
  }
  return {
    metadata,
    gps: wholePosition([readExifBlock?.gps ?? {}, readXmpBlock?.gps ?? {}]),
    warnings: [readExifBlock, readXmpBlock, readIptcBlock].flatMap((block) => block?.warnings ?? []),
  };
}
