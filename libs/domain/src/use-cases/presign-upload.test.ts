import type { PresignRequest } from '@darkroom/contracts';
import { ChangeBuilder } from '../model/image-change.ts';
import type { Image } from '../model/image.ts';
import type { UploadPolicy } from '../ports/url-signer.ts';
import { inMemoryStores } from '../testing/index.ts';
import { presignUpload } from './presign-upload.ts';

const request: PresignRequest = {
  filename: 'a.jpg',
  content_type: 'image/jpeg',
  file_size: 1_000,
  category_id: 1,
  on_duplicate: 'upload',
};
const hour = 3_600_000;

function world() {
  const stores = inMemoryStores();
  const time = { ms: Date.parse('2026-03-01T12:00:00Z') };
  const clock = { now: () => new Date(time.ms) };
  const signer = {
    presignPost: async ({ key, expiresInSeconds }: UploadPolicy) => ({
      url: 'https://s3.example/bucket',
      fields: { key },
      expiresAt: new Date(time.ms + expiresInSeconds * 1_000),
    }),
  };
  const quota = { maxImages: 2, maxBytes: null };
  const presign = presignUpload({ ...stores, signer, clock, quota, policySeconds: 900 });
  const ask = (requestKey?: string, change: Partial<PresignRequest> = {}, ownerId = 'alice') =>
    presign({ ownerId, request: { ...request, ...change }, requestKey, traceparent: null });
  const become = (id: string, status: Image['status']) =>
    stores.images.update(id, (row) => new ChangeBuilder(row, clock.now()).set({ status }).build());
  return { ...stores, time, ask, become };
}

describe('a request repeated under its key', () => {
  it('is answered with the same image, and a policy signed afresh', async () => {
    const { ask, time, images, quotas } = world();
    const first = await ask('k');
    time.ms += hour;
    const again = await ask('k');
    expect(again).toMatchObject({ kind: 'policy', image: { id: first.image.id } });
    if (again.kind !== 'policy') throw new TypeError('not a policy');
    expect(again.post).toMatchObject({ fields: { key: first.image.incomingKey } });
    expect(again.post.expiresAt).toEqual(new Date(time.ms + 900_000));
    expect(await images.get(first.image.id)).toMatchObject({ policyExpiresAt: again.post.expiresAt });
    expect((await quotas.usage('alice')).images).toBe(1);
  });

  it('counts for its owner alone, and for half a day', async () => {
    const { ask, time } = world();
    const first = await ask('k');
    expect((await ask('k', {}, 'bob')).image.id).not.toBe(first.image.id);
    time.ms += 12 * hour;
    expect((await ask('k')).image.id).not.toBe(first.image.id);
  });

  it('must be the same request', async () => {
    const { ask } = world();
    await ask('k');
    const other = ask('k', { file_size: 1_001 });
    await expect(other).rejects.toMatchObject({ code: 'invalid', reason: 'idempotency_key_reused' });
  });

  it('answers the image once it is completed, and nothing more where it has come to nothing', async () => {
    const { ask, become } = world();
    const { image } = await ask('k');
    await become(image.id, 'completed');
    expect(await ask('k')).toMatchObject({ kind: 'duplicate', image: { id: image.id } });
    for (const status of ['failed', 'deleted'] as const) {
      await become(image.id, status);
      await expect(ask('k')).rejects.toMatchObject({ code: 'conflict', reason: 'idempotency_key_spent' });
    }
  });

  it('made twice at once makes one image', async () => {
    const { ask, quotas } = world();
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => ask('k')));
    expect(new Set(outcomes.map(({ image }) => image.id)).size).toBe(1);
    expect((await quotas.usage('alice')).images).toBe(1);
  });
});

it('nobody gets more places than their quota has', async () => {
  const { ask } = world();
  await ask();
  await ask();
  await expect(ask()).rejects.toMatchObject({ code: 'forbidden', reason: 'quota_exceeded' });
  expect((await ask(undefined, {}, 'bob')).kind).toBe('policy');
});
