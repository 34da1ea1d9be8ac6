/** The program of a decoder child: one job at a time, asked and answered over the process's channel. */
import { once } from 'node:events';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { BuildResult, ExtractionResult } from '@darkroom/domain';
import { buildVariants } from '../build-variants.ts';
import { tooManyPixels } from '../caps.ts';
import { fitInside } from '../dimensions.ts';
import { readHeader } from '../header.ts';
import { extractMetadata } from '../metadata/extract-metadata.ts';
import { refusal } from '../refusal.ts';
import { refusingDamage } from '../source.ts';
import { decodeSurface } from '../surface.ts';
import { openHevc } from './hevc.ts';
import { dieOverLimits, type DecoderLimits, type DecoderReply, type DecoderRequest } from './protocol.ts';

const [memoryBytes, cpuMs] = process.argv.slice(2).map(Number);
const limits: DecoderLimits = { memoryBytes: memoryBytes ?? Infinity, cpuMs: cpuMs ?? Infinity };
const watchdog = new Worker(new URL(`./watchdog${extname(import.meta.url)}`, import.meta.url), {
  workerData: limits,
});
const watching = once(watchdog, 'online');

process.on('disconnect', () => process.exit(0));
// Ctrl-C reaches the whole group; when a job is to be given up is for the parent to say.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.on('message', async (request: DecoderRequest) => process.send?.(await watched(request)));

/** Does a job with the watchdog looking on, and looks once more at its end: what took too much dies, however short it was. */
async function watched(request: DecoderRequest): Promise<DecoderReply> {
  await watching;
  const start = process.cpuUsage();
  watchdog.postMessage(start);
  try {
    return { result: await perform(request) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  } finally {
    dieOverLimits(limits, start);
    watchdog.postMessage(undefined);
  }
}

/** As building does first: what is larger is decoded in rows. */
const decodedSide = 1_200;

async function perform(request: DecoderRequest): Promise<BuildResult | ExtractionResult> {
  const read = await readHeader(request.path);
  if (!read.ok) return refusal('undecodable', read.detail);
  const { header } = read;
  const tooMany = tooManyPixels(header);
  if (tooMany) return tooMany;
  return refusingDamage<BuildResult | ExtractionResult>(async () => {
    const source = header.hevc ? await openHevc(request.path, header) : { header, input: request.path };
    if (request.task === 'decode') {
      await decodeSurface(source, fitInside(source.header, decodedSide));
      return { ok: true, variants: [], notes: [] };
    }
    if (request.task === 'build') return buildVariants(source, request.presets);
    return extractMetadata(source, request.path);
  });
}
