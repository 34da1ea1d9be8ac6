/**
 * The engine as the variant worker uses it: `ours.ts <images in flight>`. Reads a path a line, makes the four bounded
 * variants (all five with `all`), answers the CPU microseconds it took; with several in flight that counts all of them.
 */
import { createInterface } from 'node:readline';
import { SharpImageEngine } from '@darkroom/adapter-image';
import { defaultPresets } from '@darkroom/domain';

const inFlight = Number(process.argv[2] ?? 1);
const presets =
  process.argv[3] === 'all' ? defaultPresets : defaultPresets.filter(({ bound }) => bound !== null);
const engine = new SharpImageEngine();
const running = new Set<Promise<void>>();

for await (const path of createInterface({ input: process.stdin })) {
  if (running.size >= inFlight) await Promise.race(running);
  const job = build(path).finally(() => running.delete(job));
  running.add(job);
}
await Promise.all(running);
await engine.close();

async function build(path: string): Promise<void> {
  const before = process.cpuUsage();
  const result = await engine.build(path, presets, new AbortController().signal);
  if (!result.ok) throw new Error(`${path}: ${result.detail}`);
  const { user, system } = process.cpuUsage(before);
  process.stdout.write(`${user + system}\n`);
}
