import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '@darkroom/kernel';
import { ChangeBuilder } from '../model/image-change.ts';
import type { Image } from '../model/image.ts';
import { requestReprocess } from '../model/processing.ts';
import type { BuildResult, VariantBuilder } from '../ports/image-engine.ts';
import { acceptedImage, changeOf, inMemoryStores } from '../testing/index.ts';
import { buildImageVariants } from './build-image-variants.ts';
import { rejectLate } from './reject-image.ts';
import { failTask } from './run-task.ts';

const names = ['thumbnail', 'small', 'medium', 'large', 'webp'];

/** A world of its own: an accepted image, an object store that is a map, and an engine that does as it is told. */
async function world(build?: VariantBuilder['build']) {
  const stores = inMemoryStores();
  const folder = await mkdtemp(join(tmpdir(), 'build-variants-'));
  let now = Date.parse('2026-03-01T12:00:00Z');
  const clock = { now: () => new Date(now) };
  const image = acceptedImage({ imageSeq: 1 });
  await stores.images.insert(changeOf(image));
  const bucket = new Map<string, string>([[image.originalKey!, 'original']]);
  const succeed: VariantBuilder['build'] = async (_path, presets): Promise<BuildResult> => ({
    ok: true,
    variants: presets.map((preset) => ({
      preset,
      width: 150,
      height: 100,
      contentType: 'image/webp',
      body: Buffer.from(preset.name),
      startedAt: new Date(),
      endedAt: new Date(),
    })),
    notes: [],
  });
  const hooks: { whileRemoving?: () => Promise<unknown> } = {};
  const maintenance = {
    remove: async (keys: readonly string[]) => {
      await hooks.whileRemoving?.();
      keys.forEach((key) => bucket.delete(key));
    },
    list: async () => [],
    listMultipart: async () => [],
    abortMultipart: async () => undefined,
  };
  const run = buildImageVariants({
    ...stores,
    clock,
    leaseMs: 60_000,
    replacedGraceMs: 1_000,
    objects: maintenance,
    builder: { build: build ?? succeed },
    scratch: { withFile: (work) => work(join(folder, 'file')) },
    reject: rejectLate({ images: stores.images, maintenance, clock }),
    store: {
      head: async () => undefined,
      readStart: async () => undefined,
      copy: async () => true,
      download: async (key, path) => {
        if (!bucket.has(key)) return false;
        await writeFile(path, bucket.get(key)!);
        return true;
      },
      put: async (key, body) => void bucket.set(key, String(body)),
    },
  });
  return {
    ...stores,
    hooks,
    bucket,
    image,
    clock,
    pass: (ms: number) => (now += ms),
    run: (request: { imageSeq?: number; signal?: AbortSignal } = {}) =>
      run({
        imageId: image.id,
        imageSeq: 1,
        signal: new AbortController().signal,
        ...request,
      }),
    current: async (): Promise<Image> => (await stores.images.get(image.id))!,
    close: () => rm(folder, { recursive: true }),
  };
}
type World = Awaited<ReturnType<typeof world>>;

describe('buildImageVariants', () => {
  let worlds: World[] = [];
  const open = async (build?: VariantBuilder['build']) => {
    const opened = await world(build);
    worlds.push(opened);
    return opened;
  };
  afterEach(async () => {
    await Promise.all(worlds.map((opened) => opened.close()));
    worlds = [];
  });

  it('writes the objects, then points the row at them, and tells of it once', async () => {
    const { run, current, bucket, state, image } = await open();
    expect(await run()).toEqual({ kind: 'done' });
    const after = await current();
    expect(after.variants.map(({ name }) => name)).toEqual(names);
    expect(after.variants.every(({ key }) => bucket.has(key))).toBe(true);
    expect(after.processing.variants).toMatchObject({
      state: 'ready',
      attempts: 1,
      error: null,
      lease: null,
    });
    expect(state.events.map(({ type, imageSeq }) => [type, imageSeq])).toEqual([
      ['ImageVariantsGenerated', 2],
    ]);
    expect(state.timeline.get(image.id)?.map(({ type }) => type)).toEqual([
      'variants_started',
      'variants_ready',
    ]);
  });

  it('changes nothing when the event comes again', async () => {
    const { run, current } = await open();
    await run();
    const before = await current();
    expect(await run()).toEqual({ kind: 'skipped', reason: 'done' });
    expect(await current()).toEqual(before);
  });

  it('leaves a task to the worker that holds it, and takes it over when its lease has run out', async () => {
    const held = Promise.withResolvers<BuildResult>();
    const first = await open(() => held.promise);
    const zombie = first.run();
    await first.images.get(first.image.id);
    expect(await first.run()).toEqual({ kind: 'busy', forMs: 60_000 });
    first.pass(60_001);
    const second = first.run();
    held.resolve({ ok: true, variants: [], notes: [] });
    const outcomes = await Promise.all([zombie, second]);
    expect(outcomes).toEqual([{ kind: 'skipped', reason: 'claim_lost' }, { kind: 'done' }]);
    expect((await first.current()).processing.variants.attempts).toBe(2);
  });

  it('lets no worker that lost its claim refuse what another found sound', async () => {
    const held = Promise.withResolvers<BuildResult>();
    const results = [held.promise, Promise.resolve<BuildResult>({ ok: true, variants: [], notes: [] })];
    const begun = Promise.withResolvers<undefined>();
    const opened = await open(() => {
      begun.resolve(undefined);
      return results.shift()!;
    });
    const zombie = opened.run();
    await begun.promise;
    opened.pass(60_001);
    expect(await opened.run()).toEqual({ kind: 'done' });
    held.resolve({ ok: false, code: 'undecodable', detail: 'out of memory' });
    expect(await zombie).toEqual({ kind: 'skipped', reason: 'claim_lost' });
    expect(await opened.current()).toMatchObject({ status: 'completed', failureCode: null });
    expect(opened.bucket.has(opened.image.originalKey!)).toBe(true);
  });

  it('gives up a file that takes down every worker, until somebody replays it', async () => {
    const { run, images, image, clock, current } = await open();
    const lose = () =>
      images.update(image.id, (row) => {
        const { variants } = row.processing;
        const lost = { ...variants, attempts: 25, state: 'running' as const, lease: null };
        return new ChangeBuilder(row, clock.now())
          .set({ processing: { ...row.processing, variants: lost } })
          .build();
      });
    await lose();
    expect(await run()).toEqual({ kind: 'exhausted', attempts: 25 });
    await failTask({ images, clock }, { imageId: image.id, imageSeq: 1, task: 'variants' }, 'given up');
    expect(await run()).toEqual({ kind: 'done' });
    expect((await current()).processing.variants).toMatchObject({ state: 'ready', attempts: 1 });
  });

  it('leaves nothing behind when the image is deleted meanwhile', async () => {
    const opened: World = await open(async (_path, presets) => {
      await opened.images.update(opened.image.id, (image) =>
        new ChangeBuilder(image, opened.clock.now()).set({ status: 'deleted' }).build(),
      );
      const [preset] = presets;
      const variant = {
        preset: preset!,
        width: 1,
        height: 1,
        contentType: 'image/webp',
        body: Buffer.from('x'),
        startedAt: new Date(),
        endedAt: new Date(),
      };
      return { ok: true, variants: [variant], notes: [] };
    });
    expect(await opened.run()).toEqual({ kind: 'skipped', reason: 'claim_lost' });
    expect([...opened.bucket.keys()]).toEqual([opened.image.originalKey]);
  });

  it('has variants built again where the image is restored while they are taken away', async () => {
    const statusOf = (status: Image['status']) =>
      opened.images.update(opened.image.id, (image) =>
        new ChangeBuilder(image, opened.clock.now()).set({ status }).build(),
      );
    const opened: World = await open(async (_path, [preset]) => {
      await statusOf('deleted');
      const at = { startedAt: new Date(), endedAt: new Date() };
      const size = { width: 1, height: 1, contentType: 'image/webp', body: Buffer.from('x') };
      return { ok: true, variants: [{ preset: preset!, ...size, ...at }], notes: [] };
    });
    opened.hooks.whileRemoving = () => statusOf('completed');
    expect(await opened.run()).toEqual({ kind: 'skipped', reason: 'claim_lost' });
    expect(opened.state.events.map(({ type }) => type)).toEqual(['ImageReprocessRequested']);
    expect((await opened.current()).processing.variants).toMatchObject({ state: 'pending', requestedSeq: 2 });
  });

  it('gives the claim back after a failure, with its reason, so that the next attempt need not wait', async () => {
    let failures = 1;
    const { run, current, state, image } = await open(async () => {
      if (failures-- > 0) throw new AppError('unavailable', 'the store is away');
      return { ok: true, variants: [], notes: [] };
    });
    await expect(run()).rejects.toThrow('the store is away');
    expect((await current()).processing.variants).toMatchObject({
      state: 'pending',
      error: 'the store is away',
      lease: null,
    });
    expect(await run()).toEqual({ kind: 'done' });
    expect(state.timeline.get(image.id)?.map(({ type }) => type)).toEqual([
      'variants_started',
      'processing_retried',
      'variants_started',
      'variants_ready',
    ]);
  });

  it('refuses the whole image where the file cannot be decoded, and takes the original away', async () => {
    const { run, current, bucket, state } = await open(async () => ({
      ok: false,
      code: 'undecodable',
      detail: 'ends too early',
    }));
    expect(await run()).toEqual({ kind: 'rejected', code: 'undecodable' });
    expect(await current()).toMatchObject({
      status: 'failed',
      failureCode: 'undecodable',
      originalKey: null,
    });
    expect(bucket.size).toBe(0);
    expect(state.events.map(({ type }) => type)).toEqual(['ImageRejected']);
  });

  it('builds what was named and what is missing; an overtaken event is skipped', async () => {
    const built: string[][] = [];
    const opened: World = await open(async (_path, presets) => {
      built.push(presets.map(({ name }) => name));
      return {
        ok: true,
        notes: [],
        variants: presets.map((preset) => ({
          preset,
          width: 1,
          height: 1,
          contentType: 'image/webp',
          body: Buffer.from(preset.name),
          startedAt: new Date(),
          endedAt: new Date(),
        })),
      };
    });
    const ask = (variants: readonly string[]) =>
      opened.images.update(opened.image.id, (image) =>
        requestReprocess(new ChangeBuilder(image, opened.clock.now()), ['variants'], variants).build(),
      );
    await ask(['small']);
    expect(await opened.run()).toEqual({ kind: 'skipped', reason: 'overtaken' });
    expect(await opened.run({ imageSeq: 2 })).toEqual({ kind: 'done' });
    await ask(['small']);
    expect(await opened.run({ imageSeq: 4 })).toEqual({ kind: 'done' });
    expect(built).toEqual([names, ['small']]); // the first request took the place of that for all
    await ask(['thumbnail']);
    await ask(['small']);
    expect(await opened.run({ imageSeq: 6 })).toEqual({ kind: 'skipped', reason: 'overtaken' });
    expect(await opened.run({ imageSeq: 7 })).toEqual({ kind: 'done' });
    expect(built.at(-1)).toEqual(['thumbnail', 'small']);
    expect((await opened.current()).variants.map(({ name }) => name)).toEqual(names);
  });

  it('hands variants of presets that are gone to the cleanup, after their grace period', async () => {
    const opened = await open();
    await opened.run();
    const old = (await opened.current()).variants.find(({ name }) => name === 'large')!;
    await opened.presets.remove('large');
    await opened.images.update(opened.image.id, (image) =>
      requestReprocess(new ChangeBuilder(image, opened.clock.now()), ['variants'], null).build(),
    );
    expect(await opened.run({ imageSeq: 3 })).toEqual({ kind: 'done' });
    expect((await opened.current()).variants.map(({ name }) => name)).not.toContain('large');
    expect(opened.bucket.has(old.key)).toBe(true);
    expect(opened.state.garbage.get(old.key)?.dueAt).toEqual(new Date(opened.clock.now().getTime() + 1_000));
  });
});

describe('buildImageVariants of a category that has become private', () => {
  it('leaves what was public no time of grace', async () => {
    const opened = await world();
    try {
      await opened.run();
      const old = (await opened.current()).variants;
      await opened.categories.update(1, { visibility: 'private' });
      await opened.images.update(opened.image.id, (image) =>
        requestReprocess(new ChangeBuilder(image, opened.clock.now()), ['variants'], null).build(),
      );
      expect(await opened.run({ imageSeq: 3 })).toEqual({ kind: 'done' });
      for (const { key } of old) {
        expect(opened.state.garbage.get(key)?.dueAt).toEqual(opened.clock.now());
      }
    } finally {
      await opened.close();
    }
  });
});

describe('failTask', () => {
  it('says that a task was given up, once, and nothing where it was finished since', async () => {
    const { images, clock, image, current, state, run, close } = await world();
    const request = { imageId: image.id, imageSeq: 1, task: 'metadata' } as const;
    await failTask({ images, clock }, request, 'out of memory');
    await failTask({ images, clock }, request, 'out of memory');
    expect((await current()).processing.metadata).toMatchObject({ state: 'failed', error: 'out of memory' });
    expect(state.events.map(({ type }) => type)).toEqual(['ImageProcessingFailed']);
    await run();
    await failTask({ images, clock }, { ...request, task: 'variants' }, 'late');
    expect((await current()).processing.variants.state).toBe('ready');
    await close();
  });
});
