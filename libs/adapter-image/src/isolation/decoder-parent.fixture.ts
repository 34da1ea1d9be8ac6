/** A parent to be killed: prints the process id of its decoder child, which is `idle` or `busy`. */
import { defaultPresets } from '@darkroom/domain';
import { fixturePath } from '../fixtures.ts';
import { DecoderPool } from './decoder-pool.ts';

const never = new AbortController().signal;
const pool = new DecoderPool();
const path = fixturePath('photo.heic');
await pool.run({ task: 'extract', path }, never);
// More work than can end before the parent is killed.
const presets = Array.from({ length: 200 }, () => defaultPresets[3]).filter((preset) => preset !== undefined);
const job = process.argv[2] === 'busy' ? pool.run({ task: 'build', path, presets }, never) : undefined;
process.stdout.write(`${pool.pids[0]}\n`);
await job;
