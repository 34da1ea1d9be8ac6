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
 * Decodes once, to the largest bounded size, as raw pixels; derives each smaller size from the one above it; starts
 * the encodes without waiting and awaits them together. A full-size preset of an image larger than every bound is a
 * second decode: holding all its pixels for the others would cost more.
 */
export async function buildVariants(
  source: Source,
  presets: readonly Preset[],
  signal?: AbortSignal,
): Promise<BuildResult> {
  return refusingDamage(async () => {
    const work = new VariantWork(source, signal);
    const targets = presets.map((preset) => ({ preset, size: fitInside(source.header, preset.bound) }));
    const base = largestBounded(targets);
    const derived = targets.filter(({ size }) => base !== undefined && area(size) <= area(base));
    const separate = targets.filter((target) => !derived.includes(target));
    try {
      if (base) await work.cascade(base, derived);
      work.separately(separate);
    } finally {
      await work.settle(); // nothing may go on behind an error's back
    }
    const built = await work.results();
    const variants = presets.map((preset) => built.get(preset)).filter((variant) => variant !== undefined);
    return { ok: true, variants, notes: notesOn(source) };
  });
}

function largestBounded(targets: readonly Target[]): Size | undefined {
  const bounded = targets.filter(({ preset }) => preset.bound !== null).map(({ size }) => size);
  return bounded.reduce<Size | undefined>((a, b) => (a && area(a) >= area(b) ? a : b), undefined);
}

function area({ width, height }: Size): number {
  return width * height;
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

  /** Decodes at `base` and goes down from size to size. */
  async cascade(base: Size, targets: readonly Target[]): Promise<void> {
    this.#checkSignal();
    const allFrames = animates(this.#source) && targets.some(({ preset }) => preset.format === 'webp');
    let surface = await decodeSurface(this.#source, base, allFrames);
    const descending = targets.toSorted((a, b) => area(b.size) - area(a.size));
    for (const { preset, size } of descending) {
      this.#checkSignal();
      if (!sameSize(size, surface)) surface = await shrinkSurface(surface, size);
      this.#start(this.#encode(preset, surface));
    }
  }

  /** Each with a decode of its own. */
  separately(targets: readonly Target[]): void {
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

  async #encode(preset: Preset, surface: Surface): Promise<BuiltVariant> {
    const pixels = preset.format === 'webp' ? surface : firstFrame(surface);
    const body = await encodeAs(fromSurface(pixels), preset, this.#timing).toBuffer();
    return toVariant({ preset, size: surface }, body);
  }

  async #decodeAndEncode({ preset, size }: Target): Promise<BuiltVariant> {
    const image = openSource(this.#source, animates(this.#source) && preset.format === 'webp');
    if (!sameSize(size, this.#source.header)) resizeTo(image, size);
    const body = await decoding(encodeAs(image, preset, this.#timing).toBuffer());
    return toVariant({ preset, size }, body);
  }

  #checkSignal(): void {
    if (this.#signal?.aborted) throw new AppError('aborted', 'building variants was aborted');
  }
}

function toVariant({ preset, size: { width, height } }: Target, body: Uint8Array): BuiltVariant {
  return { preset, width, height, contentType: `image/${preset.format}`, body };
}
