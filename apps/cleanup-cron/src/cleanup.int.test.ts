import { CreateMultipartUploadCommand, S3Client } from '@aws-sdk/client-s3';
import { migrate } from '@darkroom/adapter-postgres';
import { newOriginalKey, withTask, type Image } from '@darkroom/domain';
import { changeOf, sampleImage } from '@darkroom/domain/testing';
import { testDatabase, testS3, type TestDatabase, type TestS3 } from '@darkroom/testing';
import { day, hour, openCleanupKit, type CleanupKit } from './cleanup.fixture.ts';
import type { TaskName } from './run-tasks.ts';
import type { TaskReport } from './task-report.ts';

let store: TestS3;
let database: TestDatabase;
let kit: CleanupKit;

beforeEach(async () => {
  [store, database] = await Promise.all([testS3(), testDatabase({ migrate })]);
  kit = await openCleanupKit({ s3: store.settings, databaseUrl: database.url });
});
afterEach(async () => {
  await kit.close();
  await Promise.all([store.close(), database.close()]);
});

/** Runs a task twice at once, as two schedulers might, and then once more: nothing may be left to do. */
async function runAtOnce(name: TaskName, ahead: number): Promise<void> {
  const reports = await Promise.all([kit.run(name, ahead), kit.run(name, ahead)]);
  expect(reports.flatMap(({ problems }) => problems)).toEqual([]);
}

const acted = ({ counts }: TaskReport, ...actions: string[]) =>
  actions.reduce((sum, action) => sum + (counts[action] ?? 0), 0);

describe('arrivals', () => {
  it('accepts uploads whose notification was lost, once they are a minute old', async () => {
    const images = await Promise.all([1, 2, 3].map(() => kit.waiting()));
    for (const { incomingKey } of images) await kit.put(incomingKey);
    await kit.put('incoming/1/u-x/2026/01/01/0192f0c1-0000-7000-8000-000000000000.png');
    expect((await kit.run('arrivals')).counts).toEqual({});
    await runAtOnce('arrivals', 2 * 60_000);
    for (const image of images) {
      expect(await kit.row(image)).toMatchObject({ status: 'completed' });
      expect(await kit.events(image)).toEqual(['ImageUploaded']);
    }
    expect(await kit.keys('incoming/')).toHaveLength(1); // of no image: for the orphans
  });

  it('stops at its limit, and goes on in the next run', async () => {
    const images = await Promise.all([1, 2, 3].map(() => kit.waiting()));
    for (const { incomingKey } of images) await kit.put(incomingKey);
    const first = await kit.run('arrivals', hour, { limit: 2 });
    expect(first.finished).toBe(false);
    const second = await kit.run('arrivals', hour);
    expect(acted(first, 'accepted') + acted(second, 'accepted')).toBe(3);
    expect(second.finished).toBe(true);
  });

  it('does nothing once it is told to stop', async () => {
    const { incomingKey } = await kit.waiting();
    await kit.put(incomingKey);
    const report = await kit.run('arrivals', hour, { signal: AbortSignal.abort() });
    expect(report).toMatchObject({ counts: {}, finished: false, problems: [] });
  });
});

describe('orphans', () => {
  it('fails what never came, accepts what did, and removes what belongs to nobody', async () => {
    const never = await kit.waiting();
    const came = await kit.waiting();
    await kit.put(came.incomingKey);
    const open = await kit.waiting({ policyExpiresAt: new Date(Date.now() + 3 * day) });
    await kit.put('incoming/1/u-x/2026/01/01/0192f0c1-0000-7000-8000-000000000000.png');
    const foreign = await kit.put('incoming/somebody-elses-file.png');
    expect((await kit.run('orphans')).counts).toEqual({});

    await runAtOnce('orphans', 25 * hour);
    expect(await kit.row(never)).toMatchObject({ status: 'failed', failureCode: 'upload_expired' });
    expect(await kit.events(never)).toEqual(['ImageRejected']);
    expect(await kit.row(came)).toMatchObject({ status: 'completed' });
    expect(await kit.row(open)).toMatchObject({ status: 'uploading' });
    expect(await kit.keys('incoming/')).toEqual([foreign]);
  });

  it('gives the place of a reaped upload back to the quota of its owner', async () => {
    const quota = { maxImages: 1, maxBytes: null };
    const { ownerId } = await kit.waiting();
    const next = () => kit.postgres.images.insert(changeOf(sampleImage({ ownerId })), { quota });
    await expect(next()).rejects.toMatchObject({ code: 'forbidden', reason: 'quota_exceeded' });
    await runAtOnce('orphans', 25 * hour);
    expect(await kit.postgres.quotas.usage(ownerId)).toEqual({ images: 0, bytes: 0 });
    await next();
  });

  it('reaps nobody where the bucket cannot be read', async () => {
    const image = await kit.waiting();
    await store.goDown();
    const report = await kit.run('orphans', 25 * hour);
    await store.goUp();
    expect(report.problems).toHaveLength(1);
    expect(await kit.row(image)).toMatchObject({ status: 'uploading' });
  });
});

async function deleteIt(image: Image, purgeAfter: Date): Promise<void> {
  await kit.postgres.images.update(image.id, (row) =>
    changeOf(row, (change) =>
      change.set({ status: 'deleted', statusBeforeDelete: 'completed', deletedAt: new Date(), purgeAfter }),
    ),
  );
}

describe('deleted', () => {
  it('removes everything of an image past its grace period, then its row', async () => {
    const [past, within] = await Promise.all([kit.completed(), kit.completed()]);
    await deleteIt(past, new Date(Date.now() - 1_000));
    await deleteIt(within, new Date(Date.now() + day));
    // Written by a worker that was killed: the row does not know it
    await kit.put((await kit.variantOf(past)).key.replace('thumbnail', 'forgotten'));
    await runAtOnce('deleted', 0);
    expect(await kit.row(past)).toBeUndefined();
    expect((await kit.keys()).filter((key) => key.includes(past.id))).toEqual([]);
    expect(await kit.row(within)).toMatchObject({ status: 'deleted' });
    expect((await kit.keys()).filter((key) => key.includes(within.id))).toHaveLength(2);
  });

  it('waits while a worker may still write', async () => {
    const lease = { token: 'held', expiresAt: new Date(Date.now() + hour) };
    const task = { state: 'running', attempts: 1, error: null, lease, requestedSeq: 1 } as const;
    const image = await kit.completed({ processing: { variants: task, metadata: { ...task, lease: null } } });
    await deleteIt(image, new Date(Date.now() - 1_000));
    expect((await kit.run('deleted')).counts).toEqual({ waiting: 1 });
    expect(await kit.row(image)).toMatchObject({ status: 'deleted' });
  });
});

it('garbage: removes what is due, and nothing that is still in use', async () => {
  const image = await kit.completed();
  const unwanted = [await kit.put('images/old-1.webp'), await kit.put('images/old-2.webp')];
  const later = await kit.put('images/later.webp');
  const inUse = image.variants.map(({ key }) => key);
  await kit.postgres.images.update(image.id, (row) =>
    changeOf(row, (change) => change.discard([...unwanted, ...inUse], 0).discard([later], hour)),
  );
  await runAtOnce('garbage', 1_000);
  const left = await kit.keys('images/');
  expect(left.toSorted()).toEqual([later, ...inUse].toSorted());
  await runAtOnce('garbage', 2 * hour);
  expect(await kit.keys('images/')).toEqual(inUse);
});

describe('stuck', () => {
  it('asks again for what stands still, once', async () => {
    const before = new Date(Date.now() - hour);
    const still = await kit.completed({ updatedAt: before });
    const fresh = await kit.completed();
    const lease = { token: 'held', expiresAt: new Date(Date.now() + hour) };
    const task = { state: 'running', attempts: 1, error: null, lease, requestedSeq: 1 } as const;
    const held = await kit.completed({ updatedAt: before, processing: { variants: task, metadata: task } });
    await runAtOnce('stuck', 0);
    expect(await kit.events(still)).toEqual(['ImageReprocessRequested']);
    expect(await kit.row(still)).toMatchObject({
      processing: { variants: { requestedSeq: 2 }, metadata: { requestedSeq: 2 } },
    });
    expect(await kit.events(fresh)).toEqual([]);
    expect(await kit.events(held)).toEqual([]);
  });
});

describe('visibility', () => {
  const becomes = (visibility: 'public' | 'private') => kit.postgres.categories.update(1, { visibility });
  const inPlaces = async (image: Image) => {
    const own = (keys: string[]) => keys.filter((key) => key.includes(image.id)).length;
    return [own(await kit.keys('images/')), own(await kit.keys('private/'))];
  };

  it('takes what was public away at once where a category becomes private, and brings it back', async () => {
    const image = await kit.completed();
    expect((await kit.run('visibility')).counts).toEqual({});
    await becomes('private');
    expect((await kit.run('visibility', 0, { dryRun: true })).plan).toEqual([`move ${image.id}`]);
    await runAtOnce('visibility', 0);
    await kit.run('garbage', 1_000);
    expect(await inPlaces(image)).toEqual([0, 1]);
    const row = await kit.row(image);
    const [variant] = row?.variants ?? [];
    expect(variant?.key).toBe(image.variants[0]?.key.replace(/^images/, 'private'));
    const head = await kit.s3.objects.head(variant?.key ?? '');
    expect(head).toMatchObject({ contentType: 'image/webp' });
    expect(await kit.events(image)).toEqual(['ImageVariantsGenerated']);
    expect((await kit.run('visibility')).counts).toEqual({});

    await becomes('public');
    await runAtOnce('visibility', 0);
    expect((await kit.row(image))?.variants).toEqual(image.variants);
    await kit.run('garbage', hour);
    expect(await inPlaces(image)).toEqual([1, 1]); // signed URLs stand in pages for a while
    await kit.run('garbage', 25 * hour);
    expect(await inPlaces(image)).toEqual([1, 0]);
  });

  it('asks a worker where the public objects were taken away since it last wrote them', async () => {
    const image = await kit.completed();
    await kit.postgres.images.update(image.id, (row) => {
      const lease = { token: 'held', expiresAt: new Date() };
      return changeOf(row, (change) => change.set(withTask(row, 'variants', { lease })));
    });
    await becomes('private');
    await kit.run('visibility');
    await kit.run('garbage', 1_000);
    await becomes('public');
    expect((await kit.run('visibility')).counts).toEqual({ rebuilding: 1 });
    expect(await kit.events(image)).toEqual(['ImageVariantsGenerated', 'ImageReprocessRequested']);
    expect((await kit.run('visibility')).counts).toEqual({});
  });

  it('builds again what is not there to be moved', async () => {
    const image = await kit.completed();
    await kit.s3.maintenance.remove(image.variants.map(({ key }) => key));
    await becomes('private');
    expect((await kit.run('visibility')).counts).toEqual({ rebuilding: 1 });
    expect(await kit.row(image)).toMatchObject({
      variants: [],
      processing: { variants: { state: 'pending' } },
    });
    expect(await kit.events(image)).toEqual(['ImageReprocessRequested']);
  });

  it('is put right by the reconciliation too, whenever it changed', async () => {
    const image = await kit.completed();
    await becomes('private');
    expect((await kit.run('visibility', 4 * day)).counts).toEqual({});
    expect((await kit.run('reconcile')).counts).toMatchObject({ moved: 1 });
    await kit.run('garbage', 1_000);
    expect(await inPlaces(image)).toEqual([0, 1]);
  });
});

describe('reconcile', () => {
  it('removes objects without a row, after an hour, and never what is not of our making', async () => {
    const image = await kit.completed();
    const parts = sampleImage({ createdAt: new Date() });
    const copy = await kit.put(newOriginalKey(parts, 'image/png'));
    const foreign = await kit.put('images/holiday/beach.png');
    expect((await kit.run('reconcile')).counts).toMatchObject({ objects: 4, rows: 1, foreign: 1 });
    expect(await kit.keys()).toContain(copy);
    await runAtOnce('reconcile', 2 * hour);
    const wanted = [image.originalKey, ...image.variants.map(({ key }) => key), foreign];
    expect((await kit.keys()).toSorted()).toEqual(wanted.toSorted());
  });

  it('has lost variants built again, and fails an image whose original is gone', async () => {
    const [thin, lost, whole] = await Promise.all([kit.completed(), kit.completed(), kit.completed()]);
    await kit.s3.maintenance.remove([thin.variants[0]!.key, lost.originalKey!]);
    await runAtOnce('reconcile', 0);
    expect(await kit.row(lost)).toMatchObject({ status: 'failed', failureCode: 'object_lost', variants: [] });
    expect(await kit.events(lost)).toEqual(['ImageRejected']);
    expect((await kit.events(thin)).every((type) => type === 'ImageReprocessRequested')).toBe(true);
    expect(await kit.events(whole)).toEqual([]);
  });

  it('fails nobody where all originals are missing at once: that is another bucket', async () => {
    const images = await Promise.all(Array.from({ length: 7 }, () => kit.completed()));
    await kit.s3.maintenance.remove(await kit.keys());
    const report = await kit.run('reconcile');
    expect(report.problems[0]).toContain('7 of 7 originals of a page are not in the bucket');
    for (const image of images) expect(await kit.row(image)).toMatchObject({ status: 'completed' });
  });

  it('asks for --force where the only image is lost, and then keeps what is left of it for days', async () => {
    const image = await kit.completed();
    await kit.s3.maintenance.remove([image.originalKey!]);
    expect((await kit.run('reconcile')).problems).toHaveLength(1);
    expect(await kit.row(image)).toMatchObject({ status: 'completed' });

    expect((await kit.run('reconcile', 0, { force: true })).problems).toEqual([]);
    expect(await kit.row(image)).toMatchObject({ status: 'failed', failureCode: 'object_lost' });
    const variants = image.variants.map(({ key }) => key);
    await kit.run('garbage', 3 * day);
    expect(await kit.keys('images/')).toEqual(variants);
    await kit.run('garbage', 8 * day);
    expect(await kit.keys('images/')).toEqual([]);
  });

  it('removes nothing where the database knows nearly none of a page, unless it is forced', async () => {
    const [before, after] = await Promise.all([testDatabase({ migrate }), kit.completed()]);
    const other = await openCleanupKit({ s3: store.settings, databaseUrl: before.url });
    try {
      const keys = await kit.keys(); // an image's: few, but this database knows nothing at all
      const refused = await other.run('reconcile', 2 * hour);
      expect(refused.problems[0]).toContain('1 of 1 objects of a page are unknown to the database');
      const plan = await other.run('reconcile', 2 * hour, { dryRun: true });
      expect(plan.plan).toContain(`remove ${after.originalKey}`);
      expect(plan.problems[0]).toContain('would stop here');
      expect(await kit.keys()).toEqual(keys);

      await other.completed();
      const parts = Array.from({ length: 12 }, () => sampleImage({ createdAt: new Date() }));
      for (const image of parts) await kit.put(newOriginalKey(image, 'image/png'));
      expect((await other.run('reconcile', 2 * hour)).problems[0]).toContain('13 of 14 objects');
      expect(await kit.keys('originals/')).toHaveLength(14);
      expect((await other.run('reconcile', 2 * hour, { force: true })).counts).toMatchObject({ removed: 14 });
    } finally {
      await other.close();
      await before.close();
    }
  });

  it('goes on where it was stopped', async () => {
    const { originalKey } = await kit.completed();
    const parts = Array.from({ length: 5 }, () => sampleImage({ createdAt: new Date() }));
    for (const image of parts) await kit.put(newOriginalKey(image, 'image/png'));
    let removed = 0;
    for (let run = 0; run < 3; run += 1) {
      removed += acted(await kit.run('reconcile', 2 * hour, { limit: 2 }), 'removed');
    }
    expect(removed).toBe(5);
    expect(await kit.keys('originals/')).toEqual([originalKey]);
  });

  it('repairs each row once where its limit stops it', async () => {
    const images = await Promise.all(Array.from({ length: 5 }, () => kit.completed()));
    await kit.s3.maintenance.remove(images.flatMap(({ variants }) => variants.map(({ key }) => key)));
    for (const finished of [false, false, true]) {
      expect(await kit.run('reconcile', 0, { limit: 2 })).toMatchObject({ finished });
    }
    for (const image of images) expect(await kit.events(image)).toEqual(['ImageReprocessRequested']);
  });
});

it('multipart: aborts what was begun long ago and never ended', async () => {
  const client = new S3Client({ ...store.settings, forcePathStyle: true });
  const begin = (Key: string) =>
    client.send(new CreateMultipartUploadCommand({ Bucket: store.settings.bucket, Key }));
  await begin(sampleImage().incomingKey);
  await begin('incoming/of-somebody-else');
  client.destroy();
  expect((await kit.run('multipart')).counts).toEqual({});
  await runAtOnce('multipart', 25 * hour);
  const left = await kit.s3.maintenance.listMultipart('');
  expect(left.map(({ key }) => key)).toEqual(['incoming/of-somebody-else']);
});

it('prune: removes old timeline entries and events that everybody has read', async () => {
  const old = new Date(Date.now() - 400 * day);
  const image = sampleImage({ createdAt: old, updatedAt: old });
  await kit.postgres.images.insert(changeOf(image, (change) => change.note('presigned')));
  const report = await kit.run('prune');
  expect(report.counts).toMatchObject({ timeline: 1 });
  expect(await kit.postgres.queries.timeline(image.id, 0)).toEqual([]);
});

it('garbage: a dry run takes nothing out of the hands of a real one', async () => {
  const image = await kit.completed();
  const old = await kit.put('images/old.webp');
  await kit.postgres.images.update(image.id, (row) => changeOf(row, (change) => change.discard([old], 0)));
  expect((await kit.run('garbage', 1_000, { dryRun: true })).plan).toEqual([`remove ${old}`]);
  expect((await kit.run('garbage', 1_000)).counts).toEqual({ removed: 1 });
  expect(await kit.keys('images/')).not.toContain(old);
});

it('only tells the plan in a dry run', async () => {
  const never = await kit.waiting();
  const came = await kit.waiting();
  await kit.put(came.incomingKey);
  const gone = await kit.completed();
  await deleteIt(gone, new Date(Date.now() - 1_000));
  const stray = await kit.put(newOriginalKey(sampleImage(), 'image/png'));
  const before = [await kit.keys(), await kit.row(never), await kit.row(came), await kit.row(gone)];
  const plan: string[] = [];
  for (const name of [
    'arrivals',
    'orphans',
    'deleted',
    'garbage',
    'multipart',
    'stuck',
    'visibility',
    'reconcile',
    'prune',
  ] as const) {
    plan.push(...(await kit.run(name, 25 * hour, { dryRun: true })).plan);
  }
  expect([await kit.keys(), await kit.row(never), await kit.row(came), await kit.row(gone)]).toEqual(before);
  expect(plan).toEqual(
    expect.arrayContaining([
      `accept ${came.incomingKey}`,
      `reap ${never.id}`,
      `purge ${gone.id}`,
      `remove ${stray}`,
      'prune timeline',
    ]),
  );
});
