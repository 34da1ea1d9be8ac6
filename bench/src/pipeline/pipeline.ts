import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client, startStack, waitFor, type PresignOptions, type TestStack } from '@darkroom/testing';
import { treeFigures, type ProcessFigures } from './process-figures.ts';

const samples = resolve(import.meta.dirname, '../../../samples');
const singleUploads = 30;
const burst = 200;
/** How often memory is looked at: processes below the named ones come and go. */
const lookEveryMs = 500;

export interface PipelineFigures {
  readonly eventBus: string;
  /** From the end of the S3 POST until all variants are ready, one upload at a time, in milliseconds. */
  readonly readyMs: { readonly p50: number; readonly p95: number };
  readonly burst: {
    readonly images: number;
    readonly imagesPerSecond: number;
    /** By process with all below it, for the burst alone. */
    readonly processes: Readonly<
      Record<string, { readonly cpuSeconds: number; readonly peakMegabytes: number }>
    >;
  };
}

/** Measures the whole way of real photographs through a stack of its own. */
export async function measurePipeline(eventBus: 'postgres' | 'kafka'): Promise<PipelineFigures> {
  const stack = await startStack({ eventBus });
  try {
    const client = await Client.of(stack, 'bench');
    const photographs = await readPhotographs();
    await measureReady(client, photographs, 5); // warm up
    const times = await measureReady(client, photographs, singleUploads);
    return {
      eventBus,
      readyMs: { p50: quantile(times, 0.5), p95: quantile(times, 0.95) },
      burst: await measureBurst(stack, client, photographs, burst),
    };
  } finally {
    await stack.close();
  }
}

export async function readPhotographs(): Promise<PresignOptions[]> {
  const names = (await readdir(samples)).filter((name) => name.endsWith('.jpg'));
  return Promise.all(
    names.map(async (filename) => ({
      filename,
      contentType: 'image/jpeg',
      bytes: await readFile(join(samples, filename)),
    })),
  );
}

async function measureReady(
  client: Client,
  photographs: readonly PresignOptions[],
  count: number,
): Promise<number[]> {
  const times: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const photograph = photographs[index % photographs.length] as PresignOptions;
    const id = await client.send(photograph);
    const startedAt = performance.now();
    await client.complete(id);
    await waitFor(async () => (await client.image(id)).processing.variants.state === 'ready', {
      timeoutMs: 60_000,
      intervalMs: 5,
      what: 'the variants',
    });
    times.push(performance.now() - startedAt);
  }
  return times;
}

/** So many uploads at once by eight senders, until all variants are there. */
export async function measureBurst(
  stack: TestStack,
  client: Client,
  photographs: readonly PresignOptions[],
  burst: number,
) {
  const before = await figuresByName(stack);
  const peaks = watchPeaks(stack);
  const startedAt = performance.now();
  const waiting = Array.from(
    { length: burst },
    (_, index) => photographs[index % photographs.length] as PresignOptions,
  );
  const ids: string[] = [];
  const send = async () => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop())
      ids.push(await client.send(next));
  };
  await Promise.all(Array.from({ length: 8 }, send));
  for (const id of ids) {
    const image = await client.settled(id, 300_000);
    if (image.processing.variants.state !== 'ready') throw new Error(`image ${id} was not built`);
  }
  const seconds = (performance.now() - startedAt) / 1000;
  const after = await figuresByName(stack);
  const peakBytes = await peaks.stop();
  const processes = Object.fromEntries(
    [...after].map(([name, { cpuSeconds, bytes }]) => [
      name,
      {
        cpuSeconds: cpuSeconds - (before.get(name)?.cpuSeconds ?? 0),
        peakMegabytes: Math.max(bytes, peakBytes.get(name) ?? 0) / 2 ** 20,
      },
    ]),
  );
  return { images: burst, imagesPerSecond: burst / seconds, processes };
}

/** Of every process of the stack. */
export async function figuresByName(stack: TestStack): Promise<Map<string, ProcessFigures>> {
  const { processes } = await stack.describe();
  return new Map(
    await Promise.all(processes.map(async ({ name, pid }) => [name, await treeFigures(pid)] as const)),
  );
}

/** Looks at the memory of each process until it is stopped, and answers the most that was seen. */
function watchPeaks(stack: TestStack) {
  const stopping = new AbortController();
  const peaks = new Map<string, number>();
  const running = (async () => {
    while (!stopping.signal.aborted) {
      for (const [name, { bytes }] of await figuresByName(stack)) {
        peaks.set(name, Math.max(bytes, peaks.get(name) ?? 0));
      }
      await delay(lookEveryMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  })();
  return {
    stop: async (): Promise<ReadonlyMap<string, number>> => {
      stopping.abort();
      await running;
      return peaks;
    },
  };
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}
