import { measurePipeline, type PipelineFigures } from './pipeline.ts';

/** `npm run bench -- pipeline [postgres|kafka]`: figures as Markdown on standard output. */
export async function runPipelineBench(args: readonly string[]): Promise<void> {
  const buses = args.length > 0 ? args : ['postgres', 'kafka'];
  for (const eventBus of buses) {
    if (eventBus !== 'postgres' && eventBus !== 'kafka')
      throw new Error(`unknown bus ${eventBus}: postgres or kafka`);
    process.stdout.write(`${markdown(await measurePipeline(eventBus))}\n`);
  }
}

function markdown({ eventBus, readyMs, burst }: PipelineFigures): string {
  const rows = Object.entries(burst.processes).map(
    ([name, { cpuSeconds, peakMegabytes }]) =>
      `| ${name} | ${cpuSeconds.toFixed(1)} | ${peakMegabytes.toFixed(0)} |`,
  );
  return [
    `### EVENT_BUS=${eventBus}`,
    '',
    `End of the S3 POST to all variants ready: p50 ${readyMs.p50.toFixed(0)} ms, p95 ${readyMs.p95.toFixed(0)} ms.`,
    `A burst of ${burst.images}: ${burst.imagesPerSecond.toFixed(1)} images a second.`,
    '',
    '| process | CPU seconds | peak MB |',
    '| --- | --: | --: |',
    ...rows,
    '',
  ].join('\n');
}
