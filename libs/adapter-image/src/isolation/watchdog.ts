import { parentPort, workerData } from 'node:worker_threads';
import { overCpu, overMemory, type DecoderLimits } from './protocol.ts';

/**
 * Runs in a thread of its own inside a decoder child, because the main thread is blocked while it decodes. Ends the
 * process when a job takes too much, or when the parent is gone.
 */
const limits = workerData as DecoderLimits;
const parent = process.ppid;
let jobStart: NodeJS.CpuUsage | undefined;

parentPort?.on('message', (message: 'start' | 'end') => {
  jobStart = message === 'start' ? process.cpuUsage() : undefined;
});

setInterval(() => {
  if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
  if (process.memoryUsage.rss() > limits.memoryBytes) process.kill(process.pid, overMemory);
  if (jobStart === undefined) return;
  const { user, system } = process.cpuUsage(jobStart);
  if ((user + system) / 1_000 > limits.cpuMs) process.kill(process.pid, overCpu);
}, 50);
