import { newId } from '@darkroom/kernel';
import type { ImageStatus } from '@darkroom/contracts';
import { ChangeBuilder } from '../model/image-change.ts';
import type { Image } from '../model/image.ts';
import { changeOf, sampleImage } from './sample-image.ts';
import { storesOfSuite, type OpenStores } from './stores.ts';

const now = new Date('2026-03-02T08:00:00.000Z');
const exceeded = { code: 'forbidden', reason: 'quota_exceeded' };

/** What every `QuotaRepository` must do, and every `ImageRepository` with a quota. */
export function quotaRepositoryContract(open: OpenStores): void {
  const stores = storesOfSuite(open);
  const twoImages = { maxImages: 2, maxBytes: null };
  const imageOf = (ownerId: string, fileSize = 100): Image => sampleImage({ ownerId, fileSize });
  const add = async (image: Image, quota = twoImages): Promise<Image> => {
    await stores().images.insert(changeOf(image), { quota });
    return image;
  };
  const become = (id: string, status: ImageStatus, quota = twoImages) =>
    stores().images.update(id, (image) => new ChangeBuilder(image, now).set({ status }).build(), quota);

  it('keeps the quota of an owner until it is taken away', async () => {
    const { quotas } = stores();
    const owner = `owner-${newId()}`;
    expect(await quotas.get(owner)).toBeUndefined();
    await quotas.put(owner, { maxImages: 3, maxBytes: 6_000_000_000 });
    expect(await quotas.get(owner)).toEqual({ maxImages: 3, maxBytes: 6_000_000_000 });
    await quotas.put(owner, { maxImages: null, maxBytes: 0 });
    expect(await quotas.get(owner)).toEqual({ maxImages: null, maxBytes: 0 });
    expect(await quotas.remove(owner)).toBe(true);
    expect(await quotas.remove(owner)).toBe(false);
    expect(await quotas.get(owner)).toBeUndefined();
  });

  it('counts what takes a place, and lets no more in than there is room for', async () => {
    const { quotas, images } = stores();
    const owner = `owner-${newId()}`;
    await add(imageOf(owner));
    await add(imageOf(owner));
    expect(await quotas.usage(owner)).toEqual({ images: 2, bytes: 200 });
    const third = imageOf(owner);
    await expect(add(third)).rejects.toMatchObject(exceeded);
    await expect(add(third)).rejects.toThrow('0 of 2 images');
    expect(await images.get(third.id)).toBeUndefined();
    await add(imageOf(`owner-${newId()}`));
    await quotas.put(owner, { maxImages: null, maxBytes: 350 });
    await add(third);
    await expect(add(imageOf(owner))).rejects.toThrow('50 of 350 bytes');
    await add(imageOf(owner, 50));
    expect(await quotas.usage(owner)).toEqual({ images: 4, bytes: 350 });
    await images.insert(changeOf(imageOf(owner)));
  });

  it('gives places back as soon as an image fails or is deleted, and asks for one to bring it back', async () => {
    const owner = `owner-${newId()}`;
    const [first, second] = [await add(imageOf(owner)), await add(imageOf(owner))];
    await become(first.id, 'completed');
    await become(second.id, 'failed');
    const third = await add(imageOf(owner));
    await expect(add(imageOf(owner))).rejects.toMatchObject(exceeded);
    await become(first.id, 'deleted');
    await add(imageOf(owner));
    await expect(become(first.id, 'completed')).rejects.toMatchObject(exceeded);
    expect((await stores().images.get(first.id))?.status).toBe('deleted');
    await become(third.id, 'deleted');
    expect((await become(first.id, 'completed'))?.status).toBe('completed');
    expect(await stores().quotas.usage(owner)).toEqual({ images: 2, bytes: 200 });
  });

  it('holds however many come at once, in whatever categories', async () => {
    const { images, quotas, categories } = stores();
    const owner = `owner-${newId()}`;
    const general = await categories.get(1);
    if (general === undefined) throw new TypeError('a new installation has category 1');
    const { id: other } = await categories.create({ ...general, name: `other ${newId()}` });
    const tries = Array.from({ length: 30 }, (_, i) =>
      images
        .insert(changeOf(sampleImage({ ownerId: owner, categoryId: i % 2 === 0 ? 1 : other })), {
          quota: { maxImages: 7, maxBytes: null },
        })
        .then(
          () => 'in',
          (error: { reason?: string }) => error.reason,
        ),
    );
    const outcomes = await Promise.all(tries);
    expect(outcomes.filter((outcome) => outcome === 'in')).toHaveLength(7);
    expect(outcomes.filter((outcome) => outcome === 'quota_exceeded')).toHaveLength(23);
    expect((await quotas.usage(owner)).images).toBe(7);
  });
}

/** What every `RequestKeys` must do, with the `ImageRepository` that writes them. */
export function requestKeysContract(open: OpenStores): void {
  const stores = storesOfSuite(open);
  const later = new Date(now.getTime() + 1_000);
  const claim = { key: 'a key', fingerprint: 'f', expiresAt: later };
  const taken = { code: 'conflict', reason: 'request_key_taken' };
  const imageOf = (ownerId: string, createdAt = now): Image => sampleImage({ ownerId, createdAt });

  it('knows what was made under a key of an owner, until its time is over', async () => {
    const { images, requests, retention } = stores();
    const owner = `owner-${newId()}`;
    expect(await requests.find(owner, claim.key, now)).toBeUndefined();
    const image = imageOf(owner);
    await images.insert(changeOf(image), { request: claim });
    const held = { fingerprint: 'f', imageId: image.id };
    expect(await requests.find(owner, claim.key, now)).toEqual(held);
    expect(await requests.find(owner, 'another', now)).toBeUndefined();
    expect(await requests.find(`${owner}x`, claim.key, now)).toBeUndefined();
    expect(await requests.find(owner, claim.key, later)).toBeUndefined();
    await expect(images.insert(changeOf(imageOf(owner)), { request: claim })).rejects.toMatchObject(taken);
    expect(await retention.pruneRequestKeys(now, 10)).toBe(0);
    const again = imageOf(owner, later);
    const renewed = { ...claim, expiresAt: new Date(later.getTime() + 1_000) };
    await images.insert(changeOf(again), { request: renewed });
    expect(await requests.find(owner, claim.key, later)).toEqual({ ...held, imageId: again.id });
    expect(await retention.pruneRequestKeys(renewed.expiresAt, 10)).toBe(1);
    expect(await requests.find(owner, claim.key, now)).toBeUndefined();
  });

  it('lets one of many twins make an image, and the key free where it cannot', async () => {
    const { images, requests, quotas } = stores();
    const owner = `owner-${newId()}`;
    const none = { maxImages: 0, maxBytes: null };
    await expect(
      images.insert(changeOf(imageOf(owner)), { request: claim, quota: none }),
    ).rejects.toMatchObject(exceeded);
    expect(await requests.find(owner, claim.key, now)).toBeUndefined();
    const twins = Array.from({ length: 10 }, () =>
      images.insert(changeOf(imageOf(owner)), { request: claim }),
    );
    const outcomes = await Promise.allSettled(twins);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await quotas.usage(owner)).images).toBe(1);
  });
}
