/** The program of a decoder child: one job at a time, asked and answered over the process's channel. */
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
import type { DecoderLimits, DecoderReply, DecoderRequest } from './protocol.ts';

const [memoryBytes, cpuMs] = process.argv.slice(2).map(Number);
const limits: DecoderLimits = { memoryBytes: memoryBytes ?? Infinity, cpuMs: cpuMs ?? Infinity };
const watchdog = new Worker(new URL(`./watchdog${extname(import.meta.url)}`, import.meta.url), {
  workerData: limits,
});

process.on('disconnect', () => process.exit(0));
// Ctrl-C reaches the whole group; when a job is to be given up is for the parent to say.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.on('message', (request: DecoderRequest) => {
  watchdog.postMessage('start');
  perform(request)
    .then((result): DecoderReply => ({ result }))
    .catch((error: unknown): DecoderReply => ({
      error: error instanceof Error ? error.message : String(error),
    }))
    .finally(() => watchdog.postMessage('end'))
    .then((reply) => process.send?.(reply));
});

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
