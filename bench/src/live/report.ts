import { measureLive } from './live.ts';

const defaultStreams = 1_000;
const changes = 200;

/** `npm run bench -- live [streams]`: what idle streams cost, and how soon a change comes out of another process. */
export async function runLiveBench([given]: readonly string[]): Promise<void> {
  const count = given === undefined ? defaultStreams : Number(given);
  if (!Number.isSafeInteger(count) || count < 100)
    throw new RangeError('give a number of streams, at least 100');
  const figures = await measureLive(count, { changes, onProgress: (text) => console.error(text) });
  const { memoryBefore, memoryAfter, arrivals, arrivalsAfterAnswer } = figures;
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(0);
  const at = (times: readonly number[], share: number) =>
    (times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? NaN).toFixed(1);
  console.log('\n| what | figure |\n|---|---:|');
  console.log(`| memory of the process with 20 idle streams | ${megabytes(memoryBefore)} MB |`);
  console.log(`| with ${count.toLocaleString('en')} of them | ${megabytes(memoryAfter)} MB |`);
  console.log(`| what they cost in all | ${megabytes(memoryAfter - memoryBefore)} MB |`);
  for (const [name, times] of [
    ['from sending a presign to one process until another tells of it', arrivals],
    ['the same from its answer on', arrivalsAfterAnswer],
  ] as const) {
    console.log(`| ${name}, p50, p95, longest | ${at(times, 0.5)}, ${at(times, 0.95)}, ${at(times, 1)} ms |`);
  }
}
