import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fixturePath, soundFixtures } from '@darkroom/adapter-image/fixtures';
import { Client, startStack, type TestStack } from '@darkroom/testing';
import { Bucket } from '../support/bucket.ts';
import { Killer } from './killer.ts';
import { orders, uploadPatiently } from './uploads.ts';
import { Watcher } from './watcher.ts';

const samples = resolve(import.meta.dirname, '../../../samples');
const uploads = 200;
/** One upload begins after the other, so that there are some at every kill. */
const everyMs = 300;
const kills = 50;
const killsOfEach = 8;
/** `npm test` runs one seed; `npm run soak` gives several. */
const seeds = (process.env['CRASH_SEEDS'] ?? '1').split(',').map(Number);

/** Kills every process of the stack at random moments of 200 uploads: nothing may be lost, doubled or left over. */
export function describeCrashRuns(eventBus: 'postgres' | 'kafka'): void {
  for (const seed of seeds) {
    describe(`crash run, seed ${seed}, EVENT_BUS=${eventBus}`, () => crashRun(seed, eventBus));
  }
}

function crashRun(seed: number, eventBus: 'postgres' | 'kafka'): void {
  const processes = ['api', 'relay', 'variant-worker', 'metadata-worker'];
  if (eventBus === 'kafka') processes.push('publisher');
  let stack: TestStack;
  let bucket: Bucket;
  let watcher: Watcher;

  beforeAll(async () => {
    stack = await startStack({ eventBus, env: { DARKROOM_SPLIT_ROLES: 'true' } });
    const { s3, postgres } = await stack.describe();
    bucket = new Bucket(s3);
    watcher = new Watcher(postgres, bucket);
    await watcher.start();
  }, 180_000);

  afterAll(async () => {
    await watcher.stop();
    bucket.close();
    await stack.close();
  });

  it('loses nothing', async () => {
    const client = await Client.of(stack, 'crash');
    const killer = new Killer(stack, processes, { total: kills, ofEach: killsOfEach });
    const photographs = await readPhotographs();

    const running: Promise<string>[] = [];
    const killing = killer.run(seed, () => running.length === uploads);
    while (running.length < uploads) {
      const order = orders[running.length % orders.length] ?? 'never-complete';
      const photograph = photographs[running.length % photographs.length];
      if (photograph === undefined) throw new Error('there are no photographs');
      running.push(
        uploadPatiently(client, order, { ...photograph, filename: `photo ${running.length}.jpg` }),
      );
      await pause(everyMs);
    }
    await killing;
    const ids = await Promise.all(running);

    for (const id of ids) {
      const image = await client.settled(id, 180_000).catch((error: unknown) => watcher.explain(id, error));
      expect([image.status, image.processing.variants.state, image.processing.metadata.state]).toEqual([
        'completed',
        'ready',
        'ready',
      ]);
      expect(image.variants.map(({ variant_type }) => variant_type).sort()).toEqual(
        ['large', 'medium', 'small', 'thumbnail', 'webp'].sort(),
      );
    }
    const now = { ARRIVAL_AGE_MS: '0', STRAY_AGE_MS: '0' };
    await stack.cleanup(['--arrivals', '--garbage', '--reconcile'], now);
    const pointed = (await watcher.rows()).map(({ key }) => key).sort();
    expect(new Set(pointed).size).toBe(pointed.length);
    expect(await bucket.keys('incoming/')).toEqual([]);
    const kept = (await bucket.keys()).filter((key) => !key.startsWith('maintenance/'));
    expect(kept.sort()).toEqual(pointed);
    expect(watcher.missing).toEqual([]);
    // 20 a second where the machine has time for it; two cores at full work leave at least half of them
    expect(watcher.rate).toBeGreaterThan(10);
    expect(watcher.looks).toBeGreaterThan(3 * pointed.length);
    expect(killer.total).toBeGreaterThanOrEqual(kills);
    expect(Math.min(...killer.counts.values())).toBeGreaterThanOrEqual(killsOfEach);
  }, 600_000);
}

/** One large photograph in eight: there is work in flight at every kill, and the run ends in time on two cores. */
async function readPhotographs() {
  const large = (await readdir(samples))
    .filter((name) => name.endsWith('.jpg'))
    .map((name) => join(samples, name));
  const small = soundFixtures
    .filter(({ type }) => type === 'image/jpeg')
    .map(({ file }) => fixturePath(file));
  const paths = large.flatMap((path, index) => [path, ...small.slice(index * 2, index * 2 + 7)]);
  return Promise.all(paths.map(async (path) => ({ contentType: 'image/jpeg', bytes: await readFile(path) })));
}
