import { measureApi } from './api.ts';

const defaultSizes = [10_000, 1_000_000];

/** `npm run bench -- api [images …]`: response times through HTTP, with 10,000 and 1,000,000 images unless told otherwise. */
export async function runApiBench(args: readonly string[]): Promise<void> {
  const sizes = args.length > 0 ? args.map(Number) : defaultSizes;
  if (!sizes.every((size) => Number.isSafeInteger(size) && size >= 5_000))
    throw new RangeError('give numbers of images, at least 5000 each');
  for (const size of sizes) {
    const figures = await measureApi(size, (text) => console.error(text));
    console.log(
      `\n### ${size.toLocaleString('en')} images (written in ${figures.seedSeconds.toFixed(0)} s)\n`,
    );
    console.log('| request | p50 ms | p95 ms |\n|---|---:|---:|');
    for (const { name, p50, p95 } of figures.requests)
      console.log(`| ${name} | ${p50.toFixed(1)} | ${p95.toFixed(1)} |`);
    console.log(`\nPresigns of sixteen clients at once: ${figures.presignsPerSecond.toFixed(0)} a second.`);
  }
}
