import { newId } from '@darkroom/kernel';
import type { ImageStatus } from '@darkroom/contracts';
import { ChangeBuilder } from '../model/image-change.ts';
import { withTask } from '../model/processing.ts';
import { acceptedImage, changeOf, sampleImage, sampleVariant } from './sample-image.ts';
import { storesOfSuite, type OpenStores } from './stores.ts';

/** What every `ImageRepository` must do. */
export function imageRepositoryContract(open: OpenStores): void {
  const stores = storesOfSuite(open);
  const now = new Date('2026-03-02T08:00:00.456Z');

  it('gives back what was inserted, field by field', async () => {
    const { images } = stores();
    const image = acceptedImage({
      title: 'Über den Wolken ☁ 바다',
      tags: ['one', 'zwei, "quoted" {braces}', '셋'],
      metadata: { orientation: 6, exif: { Make: 'Camera', Nested: [1, 2.5, null] } },
      gps: { latitude: 47.1, longitude: -8.5, altitude: 400 },
      declared: { contentType: 'image/jpeg', size: 1_234, sha256: 'ab'.repeat(32) },
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      deletedAt: now,
      statusBeforeDelete: 'completed',
      purgeAfter: now,
      fileSize: 6_000_000_000,
    });
    const withVariants = {
      ...image,
      variants: [sampleVariant(image, 'webp'), sampleVariant(image, 'large')],
      ...withTask(image, 'variants', { state: 'running', lease: { token: newId(), expiresAt: now } }),
    };
    await images.insert(changeOf(withVariants));
    expect(await images.get(image.id)).toEqual(withVariants);
    expect(await images.findByIncomingKey(image.incomingKey)).toEqual(withVariants);
  });

  it('knows nothing of ids and keys that are not there', async () => {
    const { images } = stores();
    expect(await images.get(newId())).toBeUndefined();
    expect(await images.get('not an id')).toBeUndefined();
    expect(await images.findByIncomingKey('incoming/nowhere.jpg')).toBeUndefined();
    let decided = false;
    const decide = () => {
      decided = true;
      return undefined;
    };
    expect(await images.update(newId(), decide)).toBeUndefined();
    expect(await images.update('not an id', decide)).toBeUndefined();
    expect(decided).toBe(false);
  });

  it('refuses a second image with the same id or incoming key', async () => {
    const { images } = stores();
    const image = sampleImage();
    await images.insert(changeOf(image));
    await expect(images.insert(changeOf(image))).rejects.toMatchObject({ code: 'conflict' });
    const sameKey = sampleImage({ incomingKey: image.incomingKey });
    await expect(images.insert(changeOf(sameKey))).rejects.toMatchObject({ code: 'conflict' });
    expect(await images.get(sameKey.id)).toBeUndefined();
  });

  it('writes the row with its timeline, and answers the image as it then is', async () => {
    const { images, queries } = stores();
    const image = sampleImage();
    await images.insert(changeOf(image, (change) => change.note('presigned', { size: 1 })));
    const updated = await images.update(image.id, (current) =>
      new ChangeBuilder(current, now)
        .set({ title: 'A title' })
        .note('described')
        .emit('ImageUpdated', { fields: ['title'] })
        .build(),
    );
    expect(updated).toMatchObject({ title: 'A title', imageSeq: 1, timelineSeq: 2, updatedAt: now });
    expect(await images.get(image.id)).toEqual(updated);
    expect(await queries.timeline(image.id, 0)).toEqual([
      { seq: 1, type: 'presigned', at: image.updatedAt, detail: { size: 1 } },
      { seq: 2, type: 'described', at: now, detail: {} },
    ]);
    expect(await queries.timeline(image.id, 1)).toHaveLength(1);
  });

  it('changes nothing where the decision is undefined, or throws', async () => {
    const { images } = stores();
    const image = sampleImage();
    await images.insert(changeOf(image));
    expect(await images.update(image.id, () => undefined)).toEqual(image);
    const failure = new Error('no');
    const thrown = images.update(image.id, () => {
      throw failure;
    });
    await expect(thrown).rejects.toBe(failure);
    expect(await images.get(image.id)).toEqual(image);
  });

  it('replaces variants by name and in order', async () => {
    const { images } = stores();
    const image = acceptedImage();
    const [small, large] = [sampleVariant(image, 'small'), sampleVariant(image, 'large')];
    await images.insert(changeOf(image));
    const set = (variants: readonly (typeof small)[]) =>
      images.update(image.id, (current) => new ChangeBuilder(current, now).set({ variants }).build());
    await set([small, large]);
    const again = [large, { ...small, width: 99 }, sampleVariant(image, 'webp')];
    await set(again);
    expect((await images.get(image.id))?.variants).toEqual(again);
    await set([]);
    expect((await images.get(image.id))?.variants).toEqual([]);
  });

  it('lets changes of one image happen one after another', async () => {
    const { images, queries } = stores();
    const image = sampleImage();
    await images.insert(changeOf(image));
    const changes = Array.from({ length: 20 }, (_, i) =>
      images.update(image.id, (current) =>
        new ChangeBuilder(current, now)
          .set({ tags: [...current.tags, `t${i}`] })
          .note('updated')
          .emit('ImageUpdated', { fields: ['tags'] })
          .build(),
      ),
    );
    await Promise.all(changes);
    const after = await images.get(image.id);
    expect(after).toMatchObject({ imageSeq: 20, timelineSeq: 20 });
    expect(new Set(after?.tags)).toHaveProperty('size', 20);
    const seqs = (await queries.timeline(image.id, 0)).map(({ seq }) => seq);
    expect(seqs).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
  });

  it('removes the row of a deleted image, and of no other', async () => {
    const { images, queries } = stores();
    const image = acceptedImage();
    await images.insert(changeOf(image, (change) => change.note('accepted')));
    await images.remove(image.id);
    expect(await images.get(image.id)).toEqual(expect.objectContaining({ id: image.id }));
    const status: ImageStatus = 'deleted';
    await images.update(image.id, (current) => new ChangeBuilder(current, now).set({ status }).build());
    await images.remove(image.id);
    await images.remove(image.id);
    expect(await images.get(image.id)).toBeUndefined();
    expect(await queries.timeline(image.id, 0)).toEqual([]);
    expect((await queries.overview(image.ownerId)).byStatus).toEqual([]);
  });
}
