import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fitInside, SharpImageEngine } from '@darkroom/adapter-image';
import { readPixels, ssim } from '@darkroom/adapter-image/similarity';
import { defaultPresets, type Preset } from '@darkroom/domain';
import sharp from 'sharp';
import { Contender, type ContenderCommand } from './contender.ts';
import type { Photo } from './photos.ts';

export type CpuByPhoto = Readonly<Record<string, readonly number[]>>;

/**
 * Median CPU milliseconds of each contender for each photo, in its order. Paired: each round goes once through all
 * contenders per photo, so that whatever else the machine does falls on all alike.
 */
export async function measureCpu(
  commands: Readonly<Record<string, ContenderCommand>>,
  photos: readonly Photo[],
  rounds: number,
): Promise<CpuByPhoto> {
  const contenders = Object.entries(commands).map(([name, command]) => ({
    name,
    contender: new Contender(command),
  }));
  const figures: Record<string, number[]> = Object.fromEntries(contenders.map(({ name }) => [name, []]));
  for (const photo of photos) {
    const times: Record<string, number[]> = Object.fromEntries(contenders.map(({ name }) => [name, []]));
    for (let round = -1; round < rounds; round += 1) {
      for (const { name, contender } of contenders) {
        const cpu = await contender.measure(photo.path);
        if (round >= 0) times[name]?.push(cpu); // the first round warms up
      }
    }
    for (const { name } of contenders) figures[name]?.push(median(times[name] ?? []));
    console.error(`  ${photo.name} ${photo.kind}`);
  }
  await Promise.all(contenders.map(({ contender }) => contender.end()));
  return figures;
}

/** Images per second of each of two contenders: medians over alternating rounds. */
export async function measureThroughput(
  [a, b]: readonly [ContenderCommand, ContenderCommand],
  photos: readonly Photo[],
  rounds: number,
): Promise<readonly [number, number]> {
  const contenders = [new Contender(a), new Contender(b)] as const;
  const paths = photos.map(({ path }) => path);
  const rates: [number[], number[]] = [[], []];
  for (let round = -1; round < rounds; round += 1) {
    for (const [index, contender] of contenders.entries()) {
      const ms = await contender.time(paths);
      if (round >= 0) rates[index]?.push((paths.length * 1_000) / ms);
    }
  }
  await Promise.all(contenders.map((contender) => contender.end()));
  return [median(rates[0]), median(rates[1])];
}

export interface MemoryFigures {
  readonly peakMb: number;
  /** A moment after the last image. */
  readonly endMb: number;
}

/** Resident memory of one process over so many images, by the kernel's account (Linux). */
export async function measureMemory(
  command: ContenderCommand,
  photos: readonly Photo[],
  images: number,
): Promise<MemoryFigures> {
  const contender = new Contender(command);
  const paths = Array.from(
    { length: images },
    (_image, index) => photos[(index * 7) % photos.length]?.path ?? '',
  );
  await contender.time(paths);
  await sleep(1_000);
  const status = await readFile(`/proc/${contender.pid}/status`, 'utf8');
  const megabytes = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024;
  const figures = { peakMb: megabytes('VmHWM'), endMb: megabytes('VmRSS') };
  await contender.end();
  return figures;
}

export interface Similarity {
  readonly worst: number;
  readonly median: number;
  /** The photograph that is worst. */
  readonly of: string;
}

export interface QualityFigures {
  /** Variants whose real size differs from the computed one. */
  readonly wrongSizes: number;
  /** SSIM of the 600 px variants against a full decode and one Lanczos resize: as they are shipped. */
  readonly shipped: Similarity;
  /** At quality 100: the resizes, without what the encoder loses. */
  readonly resized: Similarity;
  /** The full decode and one Lanczos resize, encoded as the variants are: what the encoder alone loses. */
  readonly encoder: Similarity;
}

export async function measureQuality(photos: readonly Photo[]): Promise<QualityFigures> {
  const engine = new SharpImageEngine();
  const medium = defaultPresets.filter(({ bound }) => bound === 600);
  const lossless = medium.map((preset) => ({ ...preset, quality: 100 }));
  const scores: Record<'shipped' | 'resized' | 'encoder', number[]> = {
    shipped: [],
    resized: [],
    encoder: [],
  };
  let wrongSizes = 0;
  const build = async (photo: Photo, presets: readonly Preset[]) => {
    const result = await engine.build(photo.path, presets, new AbortController().signal);
    if (!result.ok) throw new Error(`${photo.path}: ${result.detail}`);
    return result.variants;
  };
  for (const photo of photos) {
    const reference = await readPixels(photo.path, fitInside(photo, 600));
    const score = async (image: Uint8Array | undefined) => ssim(await readPixels(image ?? ''), reference);
    const variants = await build(photo, defaultPresets);
    for (const { preset, body } of variants) {
      const size = fitInside(photo, preset.bound);
      const { width, height } = await sharp(body).metadata();
      if (width !== size.width || height !== size.height) wrongSizes += 1;
    }
    scores.shipped.push(await score(variants.find(({ preset }) => preset.bound === 600)?.body));
    scores.resized.push(await score((await build(photo, lossless))[0]?.body));
    const { rgb, width, height } = reference;
    const { quality = 85, effort = 4 } = medium[0] ?? {};
    scores.encoder.push(
      await score(
        await sharp(rgb, { raw: { width, height, channels: 3 } })
          .webp({ quality, effort })
          .toBuffer(),
      ),
    );
  }
  await engine.close();
  const summary = (values: readonly number[]): Similarity => {
    const worst = Math.min(...values);
    const photo = photos[values.indexOf(worst)];
    return { worst, median: median(values), of: `${photo?.name} ${photo?.kind}` };
  };
  const { shipped, resized, encoder } = scores;
  return { wrongSizes, shipped: summary(shipped), resized: summary(resized), encoder: summary(encoder) };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle) - 1] ?? 0)) / 2;
}
