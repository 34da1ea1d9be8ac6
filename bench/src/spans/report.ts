import { annotateSpan, currentTraceparent, inSpan } from '@darkroom/kernel';

const rounds = 11;
const calls = 100_000;

/** `npm run bench -- spans`: what a span costs where traces are off, beside the same work without one. */
export async function runSpansBench(): Promise<void> {
  const costs: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const bare = await timed(work);
    const spanned = await timed(() =>
      inSpan('bench', { attributes: { 'darkroom.image.id': 'none' } }, async () => {
        annotateSpan({ 'darkroom.image.bytes': 1 });
        currentTraceparent();
        await work();
      }),
    );
    costs.push(((spanned - bare) / calls) * 1_000);
  }
  const sorted = costs.toSorted((a, b) => a - b);
  const at = (share: number) => (sorted[Math.floor(share * (rounds - 1))] ?? NaN).toFixed(2);
  console.log(`A span with traces off: median ${at(0.5)} µs, slowest of ${rounds} rounds ${at(1)} µs.`);
}

async function work(): Promise<void> {
  await Promise.resolve();
}

/** Milliseconds of all calls, one after another. */
async function timed(call: () => Promise<void>): Promise<number> {
  const start = performance.now();
  for (let n = 0; n < calls; n += 1) await call();
  return performance.now() - start;
}
