import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fitInside, SharpImageEngine } from '@darkroom/adapter-image';
import { readPixels, ssim } from '@darkroom/adapter-image/similarity';
import { defaultPresets } from '@darkroom/domain';
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

export interface QualityFigures {
  /** Variants whose real size differs from the computed one. */
  readonly wrongSizes: number;
  /** Of the 600 px variants, as encoded, against a full decode and one Lanczos resize. */
  readonly worstSsim: number;
  readonly medianSsim: number;
  readonly worst: string;
}

export async function measureQuality(photos: readonly Photo[]): Promise<QualityFigures> {
  const engine = new SharpImageEngine();
  let wrongSizes = 0;
  const scores: { score: number; name: string }[] = [];
  for (const photo of photos) {
    const result = await engine.build(photo.path, defaultPresets, new AbortController().signal);
    if (!result.ok) throw new Error(`${photo.path}: ${result.detail}`);
    for (const { preset, body } of result.variants) {
      const size = fitInside(photo, preset.bound);
      const pixels = await readPixels(body);
      if (pixels.width !== size.width || pixels.height !== size.height) wrongSizes += 1;
      if (preset.bound !== 600) continue;
      scores.push({
        score: ssim(pixels, await readPixels(photo.path, size)),
        name: `${photo.name} ${photo.kind}`,
      });
    }
  }
  await engine.close();
  const [worst] = scores.toSorted((a, b) => a.score - b.score);
  return {
    wrongSizes,
    worstSsim: worst?.score ?? 0,
    worst: worst?.name ?? '',
    medianSsim: median(scores.map(({ score }) => score)),
  };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle) - 1] ?? 0)) / 2;
}
