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
import { needsChild, tooManyPixels } from './caps.ts';
import { readHeader, type HeaderResult } from './header.ts';
import { DecoderPool, type DecoderPoolOptions } from './isolation/decoder-pool.ts';
import type { DecoderRequest } from './isolation/protocol.ts';
import { extractMetadata } from './metadata/extract-metadata.ts';
import { setUpSharp } from './sharp-setup.ts';
import { sniffImage } from './sniff.ts';

export interface ImageEngineOptions {
  /** Of the child processes that decode HEIC and whatever looks costly. */
  readonly decoder?: Partial<DecoderPoolOptions>;
}

/** Images by libvips (sharp), and HEIC by libheif in child processes. `close` ends those. */
export class SharpImageEngine implements ImageInspector, VariantBuilder, MetadataExtractor {
  readonly #pool: DecoderPool;

  constructor({ decoder }: ImageEngineOptions = {}) {
    setUpSharp();
    this.#pool = new DecoderPool(decoder);
  }

  sniff = sniffImage;

  async inspect(path: string): Promise<InspectionResult> {
    const result = await readHeader(path);
    if (!result.ok) return result;
    const { contentType, width, height, orientation, frames, hasAlpha } = result.header;
    const facts: ImageFacts = { contentType, width, height, orientation, frames, hasAlpha };
    return tooManyPixels(result.header) ?? { ok: true, facts };
  }

  async build(path: string, presets: readonly Preset[], signal: AbortSignal): Promise<BuildResult> {
    const read = await headerWithinCaps(path, signal);
    if (!read.ok) return asDamage(read);
    const suspected = !needsChild(read.header);
    if (suspected) {
      const result = await buildVariants({ header: read.header, input: path }, presets, signal);
      if (result.ok || result.code !== 'undecodable') return result;
    }
    const result = (await this.#inChild({ task: 'build', path, presets }, signal, suspected)) as BuildResult;
    if (!result.ok) return result;
    // Over the channel went copies of the presets; callers may know theirs by identity.
    const variants = result.variants.map((variant, index) => ({
      ...variant,
      preset: presets[index] ?? variant.preset,
    }));
    return { ...result, variants };
  }

  async extract(path: string, signal: AbortSignal): Promise<ExtractionResult> {
    const read = await headerWithinCaps(path, signal);
    if (!read.ok) return asDamage(read);
    const suspected = !needsChild(read.header);
    if (suspected) {
      const result = await extractMetadata({ header: read.header, input: path }, path, signal);
      if (result.ok || result.code !== 'undecodable') return result;
    }
    return (await this.#inChild({ task: 'extract', path }, signal, suspected)) as ExtractionResult;
  }

  /** Ends the child processes, and with them what they are at. */
  close(): Promise<void> {
    return this.#pool.close();
  }

  /** `suspected`: the file was found damaged here, which may have been this process's own trouble. */
  async #inChild(
    request: DecoderRequest,
    signal: AbortSignal,
    suspected: boolean,
  ): Promise<BuildResult | ExtractionResult> {
    const reply = await this.#pool.run(request, signal, { suspected });
    if ('error' in reply) throw new AppError('internal', `a decoder process failed: ${reply.error}`);
    return 'result' in reply ? reply.result : reply;
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
