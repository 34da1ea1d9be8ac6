import { readdir, readFile } from 'node:fs/promises';
import { startOtlpReceiver, startStack, Client, type StackDescription } from '@darkroom/testing';
import { startApi, stopApi, tokenOf, type Api, type ApiOptions } from '../support/api-process.ts';
import { copyWithoutSpans, removeCopy } from './without-spans.ts';

/** Two processes of the same program differ by some percent all their lives, so that each set of them is started afresh. */
const generations = 5;
const rounds = 12;
const batch = 40;

/**
 * `npm run bench -- presign-pairs`: presigns in turns by API processes on one stack: two of a copy without spans, one with traces
 * off and one with traces on. What the first two differ by is what the bench cannot tell from nothing. The time is
 * what the kernel's scheduler gave to the process, in nanoseconds, so that a busy machine spoils it less than time by the clock.
 */
export async function runPairsBench(): Promise<void> {
  const receiver = await startOtlpReceiver();
  const stack = await startStack({ env: { LOG_LEVEL: 'warn' } });
  const folder = await copyWithoutSpans();
  const on = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' };
  const kinds: readonly ApiOptions[] = [{ folder }, { folder }, {}, { env: on }];
  const ratios: number[][] = [[], [], []];
  try {
    const description = await stack.describe();
    for (let generation = 0; generation < generations; generation += 1) {
      const costs = await inTurns(description, kinds, generation);
      const [base = Number.NaN, ...others] = costs.map(median);
      const found = others.map((cost) => cost / base);
      found.forEach((ratio, n) => ratios[n]?.push(ratio));
      const told = found.map((ratio) => ratio.toFixed(3)).join(', ');
      console.error(
        `${generation + 1} of ${generations}: ${(base * 1e6).toFixed(0)} µs without spans; ${told}`,
      );
    }
  } finally {
    await stack.close();
    await receiver.close();
    await removeCopy(folder);
  }
  console.log(`Processor time of a presign over that without spans, ${generations} sets of processes:`);
  ['without spans again', 'traces off', 'traces on'].forEach((what, n) => {
    const sorted = (ratios[n] ?? []).toSorted((a, b) => a - b).map((ratio) => ratio.toFixed(3));
    console.log(`  ${what}: median ${sorted[Math.floor(generations / 2)]}, all ${sorted.join(' ')}`);
  });
}

/** Of each kind what one presign took, in seconds, round by round. */
async function inTurns(
  description: StackDescription,
  kinds: readonly ApiOptions[],
  generation: number,
): Promise<number[][]> {
  const apis: Api[] = [];
  try {
    for (const kind of kinds) apis.push(await startApi(description, kind));
    for (const api of apis) await presigns(api, 6 * batch);
    const costs: number[][] = apis.map(() => []);
    for (let round = 0; round < rounds; round += 1) {
      const first = (round + generation) % apis.length; // who goes first has the warmer caches
      const turns = [...apis.keys()].map((turn) => (turn + first) % apis.length);
      for (const n of turns) {
        const api = apis[n];
        if (api !== undefined) costs[n]?.push((await presigns(api, batch)) / batch);
      }
    }
    return costs;
  } finally {
    await Promise.all(apis.map(({ process }) => stopApi(process)));
  }
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** Presigns one after another, and answers the processor time that the API's process took, in seconds. */
async function presigns({ url, process: { pid = 0 } }: Api, count: number): Promise<number> {
  const client = new Client(url, tokenOf('bench'));
  const bytes = new Uint8Array(1_000);
  const before = await runTimes(pid);
  for (let n = 0; n < count; n += 1)
    await client.presigned({ filename: `${n}.jpg`, contentType: 'image/jpeg', bytes });
  const after = await runTimes(pid);
  let nanoseconds = 0;
  for (const [thread, time] of after) nanoseconds += time - (before.get(thread) ?? 0);
  return nanoseconds / 1e9;
}

/** Nanoseconds that each thread has run (Linux, /proc/…/schedstat: sched-stats in the kernel's documentation). */
async function runTimes(pid: number): Promise<Map<string, number>> {
  const threads = await readdir(`/proc/${pid}/task`);
  const times = threads.map(async (thread) => {
    const text = await readFile(`/proc/${pid}/task/${thread}/schedstat`, 'utf8');
    return [thread, Number(text.split(' ')[0])] as const;
  });
  return new Map(await Promise.all(times));
}
