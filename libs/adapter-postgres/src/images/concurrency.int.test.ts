import { ChangeBuilder, withTask, type Image } from '@darkroom/domain';
import { acceptedImage, changeOf, sampleVariant } from '@darkroom/domain/testing';
import { openStores, type PostgresStores } from '../testing/open-stores.fixture.ts';

const now = () => new Date();

describe('images under concurrency', () => {
  let stores: PostgresStores;

  beforeAll(async () => {
    stores = await openStores({ poolSize: 16 });
  });
  afterAll(async () => {
    await stores.close();
  });

  it('runs into no deadlock: one owner, few images, changes in every direction', async () => {
    const ownerId = 'one owner';
    const images = Array.from({ length: 6 }, () => acceptedImage({ ownerId }));
    for (const image of images) await stores.images.insert(changeOf(image));
    let decisions = 0;
    const statuses = ['completed', 'deleted', 'failed'] as const;
    const change = async (n: number): Promise<void> => {
      const { id } = images[n % images.length]!;
      await stores.images.update(id, (image) => {
        decisions += 1;
        return new ChangeBuilder(image, now())
          .set({ status: statuses[(n * 7 + image.imageSeq) % 3]!, fileSize: n + 1 })
          .note('updated')
          .emit('ImageUpdated', { fields: ['title'] })
          .discard([`images/${n % 4}-${id}`], 0)
          .build();
      });
    };
    const cleaner = async (): Promise<void> => {
      for (let i = 0; i < 20; i += 1) {
        const due = await stores.garbage.takeDue(now(), 10);
        await stores.garbage.settle(due.map(({ key }) => key));
      }
    };
    await Promise.all([...Array.from({ length: 300 }, (_, n) => change(n)), cleaner(), cleaner()]);
    expect(decisions).toBe(300); // one more would be a transaction that was repeated
    const seqs = await Promise.all(
      images.map(async ({ id }) => (await stores.images.get(id))?.imageSeq ?? 0),
    );
    expect(seqs.reduce((sum, seq) => sum + seq, 0)).toBe(300);
  });

  it('has an image sequence number once', async () => {
    const image = acceptedImage();
    await stores.images.insert(changeOf(image, (change) => change.emit('ImageUpdated', { fields: [] })));
    const forged = stores.images.update(image.id, (current) =>
      new ChangeBuilder({ ...current, imageSeq: 0 }, now()).emit('ImageUpdated', { fields: [] }).build(),
    );
    await expect(forged).rejects.toMatchObject({ code: 'conflict' });
    expect((await stores.images.get(image.id))?.imageSeq).toBe(1);
  });

  it('makes a worker build again what the cleanup removed meanwhile', async () => {
    const image = acceptedImage();
    const variant = sampleVariant(image, 'small');
    const { id } = image;
    await stores.images.insert(changeOf(image, (change) => change.discard([variant.key], 0)));
    const claim = (token: string) =>
      stores.images.update(id, (current) =>
        new ChangeBuilder(current, now())
          .set(withTask(current, 'variants', { lease: { token, expiresAt: now() } }))
          .build(),
      );
    const record = (): Promise<Image | undefined> =>
      stores.images.update(id, (current) =>
        new ChangeBuilder(current, now()).set({ variants: [variant] }).build(),
      );
    const refused = { code: 'conflict', reason: 'key_being_removed', retryable: true };

    await claim('first');
    await stores.garbage.takeDue(now(), 1_000);
    await expect(record()).rejects.toMatchObject(refused); // the cleanup is at it
    await stores.garbage.settle([variant.key]);
    await expect(record()).rejects.toMatchObject(refused); // it was removed after the claim: after the put, perhaps
    await claim('second');
    expect((await record())?.variants).toEqual([variant]); // whatever is put under this claim stays
    expect(await stores.maintenance.knownKeys([variant.key])).toEqual(new Set([variant.key]));
  });

  it('repeats a transaction that lost a race, and tells of a lost connection', async () => {
    const { database } = stores;
    let runs = 0;
    const answer = await database.transaction(async (trx) => {
      runs += 1;
      if (runs < 3) await trx.raw(`do $$ begin raise exception using errcode = '40P01'; end $$`);
      return 'done';
    });
    expect([answer, runs]).toEqual(['done', 3]);

    const killed = database.transaction(async (trx) => {
      await trx.raw('select pg_terminate_backend(pg_backend_pid())');
    });
    await expect(killed).rejects.toMatchObject({ code: 'unavailable', retryable: true });
    await expect(database.ping()).resolves.toBeUndefined();
    const cancelled = database.run((knex) =>
      knex.raw(`do $$ begin raise exception using errcode = '57014'; end $$`),
    );
    await expect(cancelled).rejects.toMatchObject({ code: 'unavailable' });
  });
});
