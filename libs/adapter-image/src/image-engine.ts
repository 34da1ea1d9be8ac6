import type {
  BuildResult,
  ExtractionResult,
  ImageFacts,
  ImageInspector,
  InspectionResult,
  MetadataExtractor,
  Preset,
  VariantBuilder,
} from '@darkroom/domain';
import { AppError } from '@darkroom/kernel';
import { buildVariants } from './build-variants.ts';
import { pixelCost, tooManyPixels } from './caps.ts';
import { readHeader, type HeaderResult } from './header.ts';
import { extractMetadata } from './metadata/extract-metadata.ts';
import { setUpSharp } from './sharp-setup.ts';
import { sniffImage } from './sniff.ts';

/** Images by libvips (sharp). */
export class SharpImageEngine implements ImageInspector, VariantBuilder, MetadataExtractor {
  constructor() {
    setUpSharp();
  }

  sniff = sniffImage;
  pixelCost = pixelCost;

  async inspect(path: string): Promise<InspectionResult> {
    const result = await readHeader(path);
    if (!result.ok) return result;
    const { contentType, width, height, orientation, frames, hasAlpha } = result.header;
    const facts: ImageFacts = { contentType, width, height, orientation, frames, hasAlpha };
    return tooManyPixels(result.header) ?? { ok: true, facts };
  }

  async build(path: string, presets: readonly Preset[], signal: AbortSignal): Promise<BuildResult> {
    const result = await headerWithinCaps(path, signal);
    return result.ok
      ? buildVariants({ header: result.header, input: path }, presets, signal)
      : asDamage(result);
  }

  async extract(path: string, signal: AbortSignal): Promise<ExtractionResult> {
    const result = await headerWithinCaps(path, signal);
    return result.ok
      ? extractMetadata({ header: result.header, input: path }, path, signal)
      : asDamage(result);
  }
}

async function headerWithinCaps(path: string, signal: AbortSignal): Promise<HeaderResult> {
  if (signal.aborted) throw new AppError('aborted', 'aborted before the image was opened');
  const result = await readHeader(path);
  return result.ok ? (tooManyPixels(result.header) ?? result) : result;
}

/** An accepted image whose bytes are of no image is a damaged one. */
function asDamage(result: Exclude<HeaderResult, { ok: true }>) {
  const { code, detail } = result;
  return { ok: false, code: code === 'not_an_image' ? 'undecodable' : code, detail } as const;
}
