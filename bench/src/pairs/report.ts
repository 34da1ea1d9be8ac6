import { startOtlpReceiver, startStack, Client } from '@darkroom/testing';
import { treeFigures } from '../pipeline/process-figures.ts';
import { startApi, stopApi, tokenOf, type Api } from '../support/api-process.ts';

const rounds = 20;
const batch = 100;

/**
 * `npm run bench -- presign-pairs [folder]`: presigns of two API processes on one stack, in turns. Without a folder: traces
 * off, and on; with the folder of another checkout: that one and this, both with traces off. Processor time is the kernel's,
 * so that a busy machine spoils it less than times by the clock.
 */
export async function runPairsBench([folder]: readonly string[]): Promise<void> {
  const receiver = await startOtlpReceiver();
  const stack = await startStack({ env: { LOG_LEVEL: 'warn' } });
  const apis: Api[] = [];
  try {
    const description = await stack.describe();
    const on = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' };
    apis.push(await startApi(description, { folder }));
    apis.push(await startApi(description, folder === undefined ? { env: on } : {}));
    const [first, second] = apis as [Api, Api];
    await presigns(first, 3 * batch);
    await presigns(second, 3 * batch);
    const ratios: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const order = round % 2 === 0 ? [first, second] : [second, first]; // who goes first has the warmer caches
      const cost = new Map<Api, number>();
      for (const api of order) cost.set(api, await presigns(api, batch));
      ratios.push((cost.get(second) ?? NaN) / (cost.get(first) ?? NaN));
      console.error(`round ${round + 1} of ${rounds}`);
    }
    const sorted = ratios.toSorted((a, b) => a - b);
    const at = (share: number) => (sorted[Math.floor(share * (rounds - 1))] ?? NaN).toFixed(3);
    const what = folder === undefined ? 'traces on over off' : `this checkout over ${folder}`;
    console.log(
      `Processor time of a presign, ${what}: median ${at(0.5)}, quartiles ${at(0.25)} to ${at(0.75)}.`,
    );
  } finally {
    await Promise.all(apis.map(({ process }) => stopApi(process)));
    await stack.close();
    await receiver.close();
  }
}

/** Presigns one after another, and answers the processor time that the API's process took, in seconds. */
async function presigns({ url, process: { pid = 0 } }: Api, count: number): Promise<number> {
  const client = new Client(url, tokenOf('bench'));
  const bytes = new Uint8Array(1_000);
  const before = await treeFigures(pid);
  for (let n = 0; n < count; n += 1)
    await client.presigned({ filename: `${n}.jpg`, contentType: 'image/jpeg', bytes });
  return (await treeFigures(pid)).cpuSeconds - before.cpuSeconds;
}
