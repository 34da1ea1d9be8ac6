import { parentPort, workerData } from 'node:worker_threads';
import { dieOverLimits, type DecoderLimits } from './protocol.ts';

/**
 * Runs in a thread of its own inside a decoder child, because the main thread is blocked while it decodes. Ends the
 * process when a job takes too much, or when the parent is gone.
 */
const limits = workerData as DecoderLimits;
const parent = process.ppid;
let jobStart: NodeJS.CpuUsage | undefined;

parentPort?.on('message', (start: NodeJS.CpuUsage | undefined) => {
  jobStart = start;
});

setInterval(() => {
  if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
  dieOverLimits(limits, jobStart);
}, 50);
