import type { BuildResult, BuiltVariant, Preset } from '@darkroom/domain';
import { AppError } from '@darkroom/kernel';
import { fitInside, sameSize, type Size } from './dimensions.ts';
import { animates, decoding, openSource, refusingDamage, type Source } from './source.ts';
import {
  decodeSurface,
  encodeAs,
  firstFrame,
  fromSurface,
  resizeTo,
  shrinkSurface,
  type Surface,
  type Timing,
} from './surface.ts';

interface Target {
  readonly preset: Preset;
  readonly size: Size;
}

/**
 * Longest sides, in pixels, that smaller variants are derived through; the decode is to the first. Fixed, and not taken
 * from the presets, so that a variant's bytes depend on the file and its own preset alone: one that is built again by
 * itself stays the same under its key.
 */
const ladder = [1200, 600, 300, 150] as const;

/**
 * Decodes once, to the top of the ladder, as raw pixels; derives each smaller size from the one above it; starts the
 * encodes without waiting and awaits them together. What is larger than the ladder is a decode of its own: holding all
 * its pixels for the others would cost more.
 */
export async function buildVariants(
  source: Source,
  presets: readonly Preset[],
  signal?: AbortSignal,
): Promise<BuildResult> {
  return refusingDamage(async () => {
    const work = new VariantWork(source, signal);
    const targets = presets.map((preset) => ({ preset, size: fitInside(source.header, preset.bound) }));
    const top = longest(fitInside(source.header, ladder[0]));
    try {
      await work.derive(targets.filter(({ size }) => longest(size) <= top));
      work.decodeEach(targets.filter(({ size }) => longest(size) > top));
    } finally {
      await work.settle(); // nothing may go on behind an error's back
    }
    const built = await work.results();
    const variants = presets.map((preset) => built.get(preset)).filter((variant) => variant !== undefined);
    return { ok: true, variants, notes: notesOn(source) };
  });
}

function longest({ width, height }: Size): number {
  return Math.max(width, height);
}

function notesOn(source: Source): string[] {
  const { frames } = source.header;
  if (frames === 1 || animates(source)) return [];
  return [`of ${frames} frames only the first was kept: the animation is beyond its budget`];
}

/** One build under way: the encodes that were started. */
class VariantWork {
  readonly #source: Source;
  readonly #signal: AbortSignal | undefined;
  readonly #encodes: Promise<BuiltVariant>[] = [];
  readonly #timing: Timing;

  constructor(source: Source, signal: AbortSignal | undefined) {
    this.#source = source;
    this.#signal = signal;
    const { delay, loop } = source.header.raw;
    this.#timing = animates(source) ? { ...(delay && { delay }), ...(loop !== undefined && { loop }) } : {};
  }

  /** Goes down the ladder, as far as any target needs it. */
  async derive(targets: readonly Target[]): Promise<void> {
    const { header } = this.#source;
    let open = targets;
    let surface: Surface | undefined;
    for (const [step, bound] of ladder.entries()) {
      if (open.length === 0) return;
      this.#checkSignal();
      const size = fitInside(header, bound);
      surface = surface ? await shrinkSurface(surface, size) : await decodeSurface(this.#source, size);
      const next = ladder[step + 1];
      const below = next === undefined ? 0 : longest(fitInside(header, next));
      for (const target of open.filter((target) => longest(target.size) > below)) {
        this.#start(this.#encode(target, surface));
      }
      open = open.filter((target) => longest(target.size) <= below);
    }
  }

  /** Each with a decode of its own. */
  decodeEach(targets: readonly Target[]): void {
    if (targets.length > 0) this.#checkSignal();
    for (const target of targets) this.#start(this.#decodeAndEncode(target));
  }

  async settle(): Promise<void> {
    await Promise.allSettled(this.#encodes);
    this.#checkSignal();
  }

  async results(): Promise<Map<Preset, BuiltVariant>> {
    const variants = await Promise.all(this.#encodes);
    return new Map(variants.map((variant) => [variant.preset, variant]));
  }

  #start(encode: Promise<BuiltVariant>): void {
    encode.catch(() => undefined); // results() throws it; until then it must not count as unhandled
    this.#encodes.push(encode);
  }

  async #encode(target: Target, from: Surface): Promise<BuiltVariant> {
    const { preset, size } = target;
    const startedAt = new Date();
    const surface = await shrinkSurface(from, size);
    const pixels = preset.format === 'webp' ? surface : firstFrame(surface);
    return toVariant(target, startedAt, await encodeAs(fromSurface(pixels), preset, this.#timing).toBuffer());
  }

  async #decodeAndEncode({ preset, size }: Target): Promise<BuiltVariant> {
    const startedAt = new Date();
    const image = openSource(this.#source, animates(this.#source) && preset.format === 'webp');
    if (!sameSize(size, this.#source.header)) resizeTo(image, size);
    const body = await decoding(encodeAs(image, preset, this.#timing).toBuffer());
    return toVariant({ preset, size }, startedAt, body);
  }

  #checkSignal(): void {
    if (this.#signal?.aborted) throw new AppError('aborted', 'building variants was aborted');
  }
}

function toVariant(
  { preset, size: { width, height } }: Target,
  startedAt: Date,
  body: Uint8Array,
): BuiltVariant {
  return {
    preset,
    width,
    height,
    contentType: `image/${preset.format}`,
    body,
    startedAt,
    endedAt: new Date(),
  };
}
