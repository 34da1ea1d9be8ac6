import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { defaultPresets } from '@darkroom/domain';
import { fixturePath } from '../fixtures.ts';
import { DecoderPool } from './decoder-pool.ts';
import type { DecoderRequest } from './protocol.ts';

const never = new AbortController().signal;
const build: DecoderRequest = { task: 'build', path: fixturePath('photo.heic'), presets: defaultPresets };
/** Takes far longer than the turns at which a child looks at what it has used. */
const slow: DecoderRequest = {
  ...build,
  presets: defaultPresets.map((preset) => ({ ...preset, bound: null, format: 'avif', effort: 9 })),
};
const extract: DecoderRequest = { task: 'extract', path: fixturePath('rotated.heic') };

let pool: DecoderPool;
afterEach(() => pool.close());

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Kills the child as soon as it is at a job. */
async function killOne(): Promise<void> {
  while (pool.pids.length === 0) await new Promise((resolve) => setImmediate(resolve));
  process.kill(pool.pids[0]!, 'SIGKILL');
}

/** Waits until a process has ended; Jest's own time limit is the bound. */
async function gone(pid: number): Promise<void> {
  while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 10));
}

function fixtureProgram(name: string): string {
  return fileURLToPath(new URL(`./${name}`, import.meta.url));
}

describe('DecoderPool', () => {
  it('does jobs one after another in one child', async () => {
    pool = new DecoderPool();
    const replies = await Promise.all([
      pool.run(build, never),
      pool.run(extract, never),
      pool.run(build, never),
    ]);
    for (const reply of replies) expect(reply).toMatchObject({ result: { ok: true } });
    expect(pool.pids).toHaveLength(1);
  });

  it('replaces a child after its number of jobs, and the old one ends', async () => {
    pool = new DecoderPool({ jobsPerChild: 2 });
    await pool.run(extract, never);
    const [first] = pool.pids;
    await pool.run(extract, never);
    expect(pool.pids).toEqual([]);
    await pool.run(extract, never);
    expect(pool.pids).toHaveLength(1);
    expect(pool.pids).not.toContain(first);
    await pool.close();
    expect(isAlive(first!)).toBe(false);
  });

  it('tells a child killed amid a job as retryable, and goes on with another', async () => {
    pool = new DecoderPool();
    const job = pool.run(build, never);
    const next = pool.run(extract, never);
    await Promise.all([
      killOne(),
      expect(job).rejects.toMatchObject({ code: 'internal', reason: 'decoder_lost', retryable: true }),
    ]);
    expect(await next).toMatchObject({ result: { ok: true } });
  });

  it.each([
    ['memory', { memoryBytes: 1_000_000 }, /MB$/],
    ['processor time', { cpuMs: 1 }, / s$/],
  ])(
    'ends a job over its %s, however short; decoded alone once more, the file is at fault',
    async (_what, limits, detail) => {
      pool = new DecoderPool(limits);
      expect(await pool.run(extract, never)).toMatchObject({ ok: false, code: 'undecodable', detail });
      expect(pool.pids).toEqual([]);
    },
  );

  it('blames no file that can be decoded for what encoding takes', async () => {
    pool = new DecoderPool({ cpuMs: 1_500 });
    const costly = slow.task === 'build' ? { ...slow, presets: Array(20).fill(slow.presets[0]) } : slow;
    await expect(pool.run(costly, never)).rejects.toMatchObject({
      code: 'internal',
      reason: 'decoder_overrun',
      retryable: true,
    });
    expect(await pool.run(extract, never)).toMatchObject({ result: { ok: true } });
  });

  it('has a damaged file refused by a second, new child too', async () => {
    pool = new DecoderPool();
    const damaged: DecoderRequest = { ...build, path: fixturePath('truncated.heic') };
    expect(await pool.run(damaged, never)).toMatchObject({ result: { ok: false, code: 'undecodable' } });
    expect(pool.pids).toHaveLength(1);
  });

  it('ends a job that takes too long by the clock, as retryable', async () => {
    pool = new DecoderPool({ wallMs: 20 });
    await expect(pool.run(build, never)).rejects.toMatchObject({
      reason: 'decoder_timeout',
      retryable: true,
    });
    expect(pool.pids).toEqual([]);
  });

  it('abandons jobs, at work and waiting, when their signals fire', async () => {
    pool = new DecoderPool();
    const [first, second] = [new AbortController(), new AbortController()];
    const jobs = [pool.run(build, first.signal), pool.run(build, second.signal)];
    const last = pool.run(extract, never);
    const refused = jobs.map((job) => expect(job).rejects.toMatchObject({ code: 'aborted' }));
    second.abort();
    first.abort();
    await Promise.all(refused);
    expect(await last).toMatchObject({ result: { ok: true } });
  });

  it('closes amid work, leaving no process', async () => {
    pool = new DecoderPool({ size: 2 });
    const jobs = [pool.run(build, never), pool.run(build, never), pool.run(build, never)];
    const refused = jobs.map((job) => expect(job).rejects.toMatchObject({ code: 'aborted' }));
    while (pool.pids.length < 2) await new Promise((resolve) => setImmediate(resolve));
    const pids = pool.pids;
    await pool.close();
    await Promise.all(refused);
    expect(pids.map(isAlive)).toEqual([false, false]);
    await expect(pool.run(build, never)).rejects.toMatchObject({ code: 'aborted' });
  });

  it.each(['idle', 'busy'])('leaves no %s child behind when its parent is killed', async (state) => {
    pool = new DecoderPool();
    const program = fixtureProgram('decoder-parent.fixture.ts');
    const parent = spawn(process.execPath, ['--conditions=darkroom-source', program, state], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(line.toString());
    expect(isAlive(pid)).toBe(true);
    parent.kill('SIGKILL');
    await gone(pid);
  });

  it('lets an idle child go', async () => {
    pool = new DecoderPool({ idleMs: 1 });
    await pool.run(extract, never);
    const [pid] = pool.pids;
    await gone(pid!);
    expect(pool.pids).toEqual([]);
  });
});
