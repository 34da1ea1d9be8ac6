import { newId } from '@darkroom/kernel';
import type { ProcessingStateName } from '@darkroom/contracts';
import { ChangeBuilder } from '../model/image-change.ts';
import type { Image } from '../model/image.ts';
import { withTask } from '../model/processing.ts';
import { acceptedImage, changeOf, sampleImage, sampleVariant } from './sample-image.ts';
import { storesOfSuite, type OpenStores } from './stores.ts';

const at = (seconds: number): Date => new Date(Date.parse('2026-02-01T00:00:00Z') + seconds * 1_000);

/** What every `MaintenanceQueries` must do. */
export function maintenanceQueriesContract(open: OpenStores): void {
  const stores = storesOfSuite(open);

  const insert = async (...images: readonly Image[]): Promise<string[]> => {
    for (const image of images) await stores().images.insert(changeOf(image));
    return images.map(({ id }) => id);
  };
  /** All pages of two, so that paging itself is tried. */
  const pages = async (
    page: (afterId: string | undefined) => Promise<readonly Image[]>,
  ): Promise<string[]> => {
    const seen: string[] = [];
    for (let last = await page(undefined); last.length > 0; last = await page(seen.at(-1)))
      seen.push(...last.map(({ id }) => id));
    expect(seen).toEqual([...new Set(seen)].sort());
    return seen;
  };
  const finished = (image: Image, states: readonly [ProcessingStateName, ProcessingStateName]): Image => {
    const once = { ...image, ...withTask(image, 'variants', { state: states[0] }) };
    return { ...once, ...withTask(once, 'metadata', { state: states[1] }) };
  };

  it('lists uploads that were begun long ago and never settled', async () => {
    const stale = await insert(
      sampleImage({ createdAt: at(1), status: 'pending' }),
      sampleImage({ createdAt: at(2) }),
      sampleImage({ createdAt: at(3) }),
    );
    const others = await insert(
      sampleImage({ createdAt: at(100) }),
      acceptedImage({ createdAt: at(1) }),
      sampleImage({ createdAt: at(1), status: 'failed' }),
    );
    const listed = await pages((afterId) => stores().maintenance.staleUploads(at(100), afterId, 2));
    expect(listed).toEqual(expect.arrayContaining(stale));
    expect(listed.filter((id) => others.includes(id))).toEqual([]);
  });

  it('lists completed images whose processing stands still', async () => {
    const old = { updatedAt: at(1) };
    const stuck = await insert(
      finished(acceptedImage(old), ['pending', 'ready']),
      finished(acceptedImage(old), ['ready', 'running']),
      finished(acceptedImage(old), ['failed', 'pending']),
    );
    const others = await insert(
      finished(acceptedImage(old), ['ready', 'ready']),
      finished(acceptedImage(old), ['failed', 'ready']),
      finished(acceptedImage({ updatedAt: at(100) }), ['pending', 'pending']),
      sampleImage(old),
    );
    const list = () => pages((afterId) => stores().maintenance.stuckProcessing(at(100), afterId, 2));
    const listed = await list();
    expect(listed).toEqual(expect.arrayContaining(stuck));
    expect(listed.filter((id) => others.includes(id))).toEqual([]);

    const [first = ''] = stuck;
    await stores().images.update(first, (image) =>
      new ChangeBuilder(image, at(2)).set(withTask(image, 'variants', { state: 'ready' })).build(),
    );
    expect(await list()).not.toContain(first);
    await stores().images.update(first, (image) =>
      new ChangeBuilder(image, at(3)).set(withTask(image, 'metadata', { state: 'pending' })).build(),
    );
    expect(await list()).toContain(first);
  });

  it('lists what may be purged, and what has objects', async () => {
    const deleted = { status: 'deleted', deletedAt: at(1) } as const;
    const [due, later, kept, begun] = await insert(
      acceptedImage({ ...deleted, purgeAfter: at(10) }),
      acceptedImage({ ...deleted, purgeAfter: at(100) }),
      acceptedImage(),
      sampleImage(),
    );
    const purgeable = await pages((afterId) => stores().maintenance.purgeable(at(50), afterId, 2));
    expect(purgeable).toContain(due);
    expect(purgeable.filter((id) => id === later || id === kept || id === begun)).toEqual([]);
    const withObjects = await pages((afterId) => stores().maintenance.withObjects(afterId, 2));
    expect(withObjects).toEqual(expect.arrayContaining([due, later, kept]));
    expect(withObjects).not.toContain(begun);
  });

  it('lists images whose variants lie where their category, changed since, does not want them', async () => {
    const { categories, maintenance } = stores();
    const fields = { description: '', maxFileSize: 1, allowedExtensions: [], isActive: true };
    const make = () => categories.create({ ...fields, name: newId(), visibility: 'public' });
    const [changed, same] = [await make(), await make()];
    const [wrong, bare, right] = await insert(
      ...[changed, changed, same].map(({ id }, index) => {
        const image = acceptedImage({ categoryId: id });
        return index === 1 ? image : { ...image, variants: [sampleVariant(image, 'small')] };
      }),
    );
    const before = new Date(Date.now() - 60_000);
    const listed = () => pages((afterId) => maintenance.misplaced(before, afterId, 2));
    await categories.update(same.id, { visibility: 'public', name: newId() });
    expect(await listed()).not.toContain(wrong);
    await categories.update(changed.id, { visibility: 'private' });
    const found = await listed();
    expect(found).toContain(wrong);
    expect(found.filter((id) => id === bare || id === right)).toEqual([]);
    expect(await maintenance.misplaced(new Date(Date.now() + 60_000), undefined, 2)).toEqual([]);
  });

  it('tells known keys from unknown ones', async () => {
    const image = acceptedImage();
    const [variant] = [sampleVariant(image, 'small')];
    const garbage = `images/${newId()}.webp`;
    await stores().images.insert(
      changeOf({ ...image, variants: [variant] }, (change) => change.discard([garbage], 1_000)),
    );
    const known = [image.incomingKey, image.originalKey ?? '', variant.key, garbage];
    const asked = [...known, `images/${newId()}.webp`, 'x'];
    expect(await stores().maintenance.knownKeys(asked)).toEqual(new Set(known));
    expect(await stores().maintenance.knownKeys([])).toEqual(new Set());
  });
}

/** What every `GarbageRepository` must do. */
export function garbageRepositoryContract(open: OpenStores): void {
  const stores = storesOfSuite(open);

  const discard = async (
    image: Image,
    keys: readonly string[],
    now: Date,
    graceMs: number,
  ): Promise<void> => {
    await stores().images.update(image.id, (current) =>
      new ChangeBuilder(current, now).discard(keys, graceMs).build(),
    );
  };
  const insert = async (image: Image): Promise<Image> => {
    await stores().images.insert(changeOf(image));
    return image;
  };
  /** Takes all that is due, and answers those of `keys`. */
  const taken = async (now: Date, keys: readonly string[]): Promise<string[]> => {
    const due = await stores().garbage.takeDue(now, 1_000);
    return due.map(({ key }) => key).filter((key) => keys.includes(key));
  };

  it('gives out what is due, oldest first, and to one caller at a time', async () => {
    const image = await insert(acceptedImage());
    const [second, first, later] = [`images/a-${newId()}`, `images/b-${newId()}`, `images/c-${newId()}`];
    const keys = [first, second, later];
    await discard(image, [second], at(0), 2_000);
    await discard(image, [first], at(0), 1_000);
    await discard(image, [later], at(0), 90_000);
    expect(await taken(at(0), keys)).toEqual([]);
    expect(await taken(at(3), keys)).toEqual([first, second]);
    expect(await taken(at(3), keys)).toEqual([]);
    expect(await taken(at(64), keys)).toEqual([first, second]);
    await stores().garbage.settle([first, 'images/unknown']);
    expect(await taken(at(200), keys)).toEqual([second, later]);
  });

  it('lists what is due without taking it', async () => {
    const image = await insert(acceptedImage());
    const keys = [`images/a-${newId()}`, `images/b-${newId()}`];
    const listed = async (now: Date) =>
      (await stores().garbage.listDue(now, 1_000)).map(({ key }) => key).filter((key) => keys.includes(key));
    await discard(image, keys.slice(0, 1), at(0), 1_000);
    await discard(image, keys.slice(1), at(0), 2_000);
    expect(await listed(at(1))).toEqual(keys.slice(0, 1));
    expect(await listed(at(3))).toEqual(keys);
    expect(await stores().garbage.listDue(at(3), 1)).toHaveLength(1);
    expect(await taken(at(3), keys)).toEqual(keys);
    expect(await listed(at(3))).toEqual([]);
  });

  it('shares what is due among callers', async () => {
    const image = await insert(acceptedImage());
    const keys = Array.from({ length: 20 }, () => `images/${newId()}`);
    await discard(image, keys, at(0), 0);
    const calls = Array.from({ length: 8 }, () => stores().garbage.takeDue(at(1), 1_000));
    const all = (await Promise.all(calls)).flat().map(({ key }) => key);
    expect(all.filter((key) => keys.includes(key)).sort()).toEqual([...keys].sort());
  });

  it('never gives out what an image points at', async () => {
    const image = await insert(acceptedImage());
    const open = await insert(sampleImage());
    const variant = sampleVariant(image, 'small');
    const keys = [image.originalKey ?? '', variant.key, open.incomingKey];
    await discard(image, keys, at(0), 0);
    const point = (variants: Image['variants']) =>
      stores().images.update(image.id, (current) =>
        new ChangeBuilder(current, at(1)).set({ variants }).build(),
      );
    await point([variant]);
    expect(await taken(at(10), keys)).toEqual([]);
    await point([]);
    expect(await taken(at(10), keys)).toEqual([]);
    await discard(image, [variant.key], at(11), 0);
    expect(await taken(at(20), keys)).toEqual([variant.key]);
  });

  it('gives out the objects of a deleted image', async () => {
    const image = await insert(acceptedImage());
    const key = image.originalKey ?? '';
    await stores().images.update(image.id, (current) =>
      new ChangeBuilder(current, at(1)).set({ status: 'deleted' }).discard([key], 0).build(),
    );
    expect(await taken(at(2), [key])).toEqual([key]);
  });
}

/** What every `RetentionRepository` must do. */
export function retentionRepositoryContract(open: OpenStores): void {
  const stores = storesOfSuite(open);

  it('prunes old timeline entries, a batch at a time', async () => {
    const image = sampleImage({ updatedAt: at(0) });
    await stores().images.insert(
      changeOf(image, (change) => change.note('presigned').note('stored').note('accepted')),
    );
    await stores().images.update(image.id, (current) =>
      new ChangeBuilder(current, at(100)).note('updated').build(),
    );
    expect(await stores().retention.pruneTimeline(at(50), 2)).toBe(2);
    expect(await stores().retention.pruneTimeline(at(50), 2)).toBe(1);
    expect(await stores().retention.pruneTimeline(at(50), 2)).toBe(0);
    expect(await stores().queries.timeline(image.id, 0)).toEqual([
      { seq: 4, type: 'updated', at: at(100), detail: {} },
    ]);
  });
}
