import { AppError } from '@darkroom/kernel';
import { ChangeBuilder } from '../model/image-change.ts';
import type { Image } from '../model/image.ts';
import { decideClaim, holdsClaim, withTask } from '../model/processing.ts';
import { acceptedImage, changeOf, inMemoryStores, sampleImage, sampleVariant } from '../testing/index.ts';
import { deleteImage } from './delete-image.ts';
import { requestVariants } from './request-variants.ts';
import { restoreImage } from './restore-image.ts';
import { updateImage } from './update-image.ts';

const start = Date.parse('2026-03-01T12:00:00Z');
const restoreMs = 1_000_000;

/** One completed image with a variant, and a store that is a set of keys. */
async function world(fields: Partial<Image> = {}) {
  const stores = inMemoryStores();
  const time = { ms: start };
  const clock = { now: () => new Date(time.ms) };
  const draft = acceptedImage({ imageSeq: 1, ...fields });
  const image = { ...draft, variants: [sampleVariant(draft, 'thumbnail')] };
  await stores.images.insert(changeOf(image));
  const bucket = new Set([image.originalKey!, ...image.variants.map(({ key }) => key)]);
  const outage = { on: false };
  const maintenance = {
    remove: async (keys: readonly string[]) => {
      if (outage.on) throw new AppError('unavailable', 'down');
      for (const key of keys) bucket.delete(key);
    },
  };
  const objects = {
    head: async (key: string) =>
      bucket.has(key)
        ? { key, size: 1, eTag: '', contentType: 'image/jpeg', lastModified: clock.now(), sha256: null }
        : undefined,
  };
  const quota = { maxImages: 1, maxBytes: null };
  const deps = { ...stores, clock, maintenance, objects, restoreMs, quota };
  const row = async () => (await stores.images.get(image.id))!;
  return { ...deps, image, bucket, outage, time, row };
}

describe('deleting', () => {
  it('hands the variants to the cleanup and removes them at once; the original stays', async () => {
    const w = await world();
    await deleteImage(w)(w.image.id, w.image.ownerId, { permanent: false });
    expect([...w.bucket]).toEqual([w.image.originalKey]);
    expect(await w.row()).toMatchObject({
      status: 'deleted',
      statusBeforeDelete: 'completed',
      variants: [],
      purgeAfter: new Date(start + restoreMs),
    });
    const due = await w.garbage.takeDue(w.clock.now(), 10);
    expect(due.map(({ key }) => key)).toEqual(w.image.variants.map(({ key }) => key));
  });

  it('succeeds while the store is away, and says what is left', async () => {
    const w = await world();
    w.outage.on = true;
    const { leftBehind } = await deleteImage(w)(w.image.id, undefined, { permanent: true });
    expect(leftBehind).toMatchObject({ code: 'unavailable' });
    const due = await w.garbage.takeDue(w.clock.now(), 10);
    expect(due.map(({ key }) => key).toSorted()).toEqual(
      [w.image.originalKey!, w.image.incomingKey, ...w.image.variants.map(({ key }) => key)].toSorted(),
    );
  });

  it('takes the claim of a worker that is at it, and leaves its lease for the cleanup to wait for', async () => {
    const w = await world();
    const decision = decideClaim(w.image, 'variants', 1, w.clock.now(), 60_000);
    if (decision.kind !== 'claim') throw new Error(decision.kind);
    await w.images.update(w.image.id, (image) =>
      new ChangeBuilder(image, w.clock.now()).set(withTask(image, 'variants', decision.state)).build(),
    );
    await deleteImage(w)(w.image.id, undefined, { permanent: false });
    expect(holdsClaim(await w.row(), decision.claim)).toBe(false);
    expect((await w.row()).processing.variants.lease).toEqual(decision.state.lease);
  });

  it('is there for nobody else, and for nobody at all once it is for good', async () => {
    const w = await world();
    const gone = { code: 'not_found' };
    await expect(deleteImage(w)(w.image.id, 'mallory', { permanent: true })).rejects.toMatchObject(gone);
    expect((await w.row()).status).toBe('completed');
    await deleteImage(w)(w.image.id, undefined, { permanent: true });
    await expect(deleteImage(w)(w.image.id, undefined, { permanent: true })).rejects.toMatchObject(gone);
    await expect(restoreImage(w)(w.image.id, undefined)).rejects.toMatchObject(gone);
    await expect(updateImage(w)(w.image.id, undefined, { title: 'x' })).rejects.toMatchObject(gone);
  });
});

describe('restoring', () => {
  it('while variants are still being removed has them built once more', async () => {
    const w = await world();
    const remove = async (keys: readonly string[]) => {
      const restored = await restoreImage(w)(w.image.id, undefined);
      await w.images.update(w.image.id, (image) =>
        new ChangeBuilder(image, w.clock.now())
          .set({ ...withTask(restored, 'variants', { state: 'ready' }), variants: w.image.variants })
          .build(),
      );
      await w.maintenance.remove(keys);
    };
    await deleteImage({ ...w, maintenance: { remove } })(w.image.id, undefined, { permanent: false });
    const { imageSeq, processing } = await w.row();
    expect(processing.variants).toMatchObject({ state: 'pending', requestedSeq: imageSeq });
  });

  it('brings back what it was, and asks for its variants', async () => {
    const w = await world({ title: 'Kept' });
    await deleteImage(w)(w.image.id, undefined, { permanent: false });
    w.time.ms += restoreMs - 1;
    const back = await restoreImage(w)(w.image.id, w.image.ownerId);
    expect(back).toMatchObject({
      status: 'completed',
      title: 'Kept',
      statusBeforeDelete: null,
      deletedAt: null,
      purgeAfter: null,
    });
    const asked = back.processing.variants;
    expect(asked).toMatchObject({ state: 'pending', lease: null, requestedSeq: back.imageSeq });
    expect(await restoreImage(w)(w.image.id, undefined)).toEqual(back);
  });

  it('is refused once its time is over, and where the original is gone', async () => {
    const refused = { code: 'conflict', reason: 'not_restorable' };
    const late = await world();
    await deleteImage(late)(late.image.id, undefined, { permanent: false });
    late.time.ms += restoreMs;
    await expect(restoreImage(late)(late.image.id, undefined)).rejects.toMatchObject(refused);
    const lost = await world();
    await deleteImage(lost)(lost.image.id, undefined, { permanent: false });
    lost.bucket.clear();
    await expect(restoreImage(lost)(lost.image.id, undefined)).rejects.toMatchObject(refused);
  });

  it('of an upload that had not arrived lets it arrive', async () => {
    const w = await world();
    const waiting = sampleImage();
    await w.images.insert(changeOf(waiting));
    await deleteImage(w)(waiting.id, undefined, { permanent: false });
    expect(await restoreImage(w)(waiting.id, undefined)).toMatchObject({ status: 'uploading' });
  });
});

describe('changing and rebuilding', () => {
  it('changes what is given, and nothing for what is the same', async () => {
    const w = await world({ title: 'One', tags: ['a'] });
    const changed = await updateImage(w)(w.image.id, w.image.ownerId, { title: 'Two', tags: ['a'] });
    expect(changed).toMatchObject({ title: 'Two', tags: ['a'], imageSeq: w.image.imageSeq + 1 });
    expect(await updateImage(w)(w.image.id, undefined, { title: 'Two' })).toEqual(changed);
    await expect(updateImage(w)(w.image.id, 'mallory', { title: 'x' })).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  it('asks for variants that there are, of an image that has an original', async () => {
    const w = await world();
    await requestVariants(w)(w.image.id, undefined, ['small', 'small']);
    expect((await w.row()).processing.variants).toMatchObject({
      state: 'pending',
      requestedSeq: w.image.imageSeq + 1,
    });
    await expect(requestVariants(w)(w.image.id, undefined, ['huge'])).rejects.toMatchObject({
      code: 'invalid',
    });
    await deleteImage(w)(w.image.id, undefined, { permanent: false });
    await expect(requestVariants(w)(w.image.id, undefined, [])).rejects.toMatchObject({
      reason: 'not_completed',
    });
  });
});

describe('a change that expects a version', () => {
  const changed = { code: 'precondition_failed' };

  it('is made to that version alone, by whoever comes first', async () => {
    const w = await world();
    const { version } = await w.row();
    const after = await updateImage(w)(w.image.id, undefined, { title: 'One' }, [version]);
    expect(after.version).toBe(version + 1);
    const late = updateImage(w)(w.image.id, undefined, { title: 'Two' }, [version]);
    await expect(late).rejects.toMatchObject(changed);
    await expect(updateImage(w)(w.image.id, undefined, {}, [])).rejects.toMatchObject(changed);
    expect((await w.row()).title).toBe('One');
    const same = await updateImage(w)(w.image.id, undefined, { title: 'One' }, [version, after.version]);
    expect(same.version).toBe(after.version);
  });

  it('deletes that version alone, and may be repeated when its answer was lost', async () => {
    const w = await world();
    const expected = [(await w.row()).version];
    await updateImage(w)(w.image.id, undefined, { title: 'Another' });
    const remove = (versions: readonly number[]) =>
      deleteImage(w)(w.image.id, undefined, { permanent: false, expected: versions });
    await expect(remove(expected)).rejects.toMatchObject(changed);
    const now = [(await w.row()).version];
    await remove(now);
    await remove(now);
    expect((await w.row()).status).toBe('deleted');
    const forGood = deleteImage(w)(w.image.id, undefined, { permanent: true, expected: now });
    await expect(forGood).rejects.toMatchObject(changed);
  });
});

it('a deleted image comes back only where there is room for it', async () => {
  const w = await world();
  await deleteImage(w)(w.image.id, undefined, { permanent: false });
  const other = acceptedImage({ ownerId: w.image.ownerId });
  await w.images.insert(changeOf(other), { quota: w.quota });
  const refused = { code: 'forbidden', reason: 'quota_exceeded' };
  await expect(restoreImage(w)(w.image.id, undefined)).rejects.toMatchObject(refused);
  await deleteImage(w)(other.id, undefined, { permanent: true });
  expect((await restoreImage(w)(w.image.id, undefined)).status).toBe('completed');
});
