import { createHash } from 'node:crypto';
import { migrate } from '@darkroom/adapter-postgres';
import type { FailureCode } from '@darkroom/contracts';
import { rejectLate, reapUpload, type Image, type UploadInspector } from '@darkroom/domain';
import { AppError, systemClock } from '@darkroom/kernel';
import { testDatabase, testS3, type TestDatabase, type TestS3 } from '@darkroom/testing';
import { fixture, openAcceptanceKit, type AcceptanceKit } from './acceptance.fixture.ts';

let store: TestS3;
let database: TestDatabase;
let kit: AcceptanceKit;

beforeAll(async () => {
  [store, database] = await Promise.all([testS3(), testDatabase({ migrate })]);
  kit = await openAcceptanceKit({
    s3: store.settings,
    sqsEndpoint: store.sqsEndpoint,
    databaseUrl: database.url,
  });
});
afterAll(async () => {
  await kit.close();
  await Promise.all([store.close(), database.close()]);
});

const photo = fixture('orientation-6.jpg');
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const inspector = (check: UploadInspector['check']): UploadInspector => ({ check });

describe('an upload that is what it was said to be', () => {
  it('is promoted, recorded and told of, once', async () => {
    const image = await kit.arrived(photo, 'image/jpeg');
    const outcome = await kit.accept()({ key: image.incomingKey });
    expect(outcome.kind).toBe('accepted');
    const row = await kit.row(image);
    expect(row).toMatchObject({
      status: 'completed',
      failureCode: null,
      contentType: 'image/jpeg',
      fileSize: photo.byteLength,
      sha256: sha256(photo),
      imageSeq: 1,
      processing: {
        variants: { state: 'pending', requestedSeq: 1 },
        metadata: { state: 'pending', requestedSeq: 1 },
      },
    });
    expect(row.width).toBeGreaterThan(0);
    expect(row.originalKey).toMatch(/^originals\/1\/.+-[0-9a-f]{32}\.jpg$/);
    expect(await kit.objects(image)).toEqual([row.originalKey]);
    expect(await kit.events(image)).toEqual(['ImageUploaded']);
    expect(await kit.timeline(image)).toEqual(['presigned', 'stored', 'accepted']);
    expect((await kit.s3.objects.head(row.originalKey!))?.contentType).toBe('image/jpeg');

    const again = await kit.accept()({ imageId: image.id });
    expect(again.kind).toBe('settled');
    expect(await kit.row(image)).toEqual(row);
  });

  it('takes the real type within a family, and the declared checksum', async () => {
    const heic = await kit.arrived(fixture('photo.heic'), 'image/heif', await heicCategory());
    expect((await kit.accept()({ imageId: heic.id })).kind).toBe('accepted');
    expect(await kit.row(heic)).toMatchObject({ contentType: 'image/heic' });

    const declared = { contentType: 'image/jpeg', size: photo.byteLength, sha256: sha256(photo) } as const;
    const summed = await kit.arrived(photo, 'image/jpeg', { declared });
    expect((await kit.accept()({ imageId: summed.id })).kind).toBe('accepted');
  });
});

async function heicCategory(): Promise<Pick<Image, 'categoryId'>> {
  const { id } = await kit.postgres.categories.create({
    name: 'phones',
    description: '',
    maxFileSize: 10_000_000,
    allowedExtensions: ['heic', 'heif'],
    isActive: true,
    visibility: 'public',
  });
  return { categoryId: id };
}

async function expectRefused(image: Image, code: FailureCode): Promise<void> {
  expect(await kit.row(image)).toMatchObject({ status: 'failed', failureCode: code, originalKey: null });
  expect(await kit.events(image)).toEqual(['ImageRejected']);
  expect(await kit.timeline(image)).toEqual(['presigned', 'rejected']);
  expect(await kit.objects(image)).toEqual([]);
}

describe('refusals', () => {
  const wrongSum = { contentType: 'image/jpeg', size: photo.byteLength, sha256: '0'.repeat(64) } as const;
  const smaller = { contentType: 'image/jpeg', size: photo.byteLength - 1, sha256: null } as const;
  const asJpeg = (file: string): Partial<Image> => ({
    declared: { contentType: 'image/jpeg', size: fixture(file).byteLength, sha256: null },
  });
  it.each<[string, FailureCode, string, Partial<Image>]>([
    ['a text file named .jpg', 'not_an_image', 'text.jpg', {}],
    ['an empty file', 'size_mismatch', 'empty.jpg', { declared: smaller }],
    ['an SVG', 'not_an_image', 'script.svg', asJpeg('script.svg')],
    ['a PNG declared as JPEG', 'type_mismatch', 'alpha.png', asJpeg('alpha.png')],
    ['a header without an image', 'undecodable', 'magic-only.jpg', {}],
    ['a truncated WebP', 'undecodable', 'truncated.webp', {}],
    ['a pixel bomb', 'too_many_pixels', 'bomb.png', {}],
    ['another size than declared', 'size_mismatch', 'orientation-6.jpg', { declared: smaller }],
    ['another checksum than declared', 'checksum_mismatch', 'orientation-6.jpg', { declared: wrongSum }],
  ])('%s: %s', async (_, code, file, fields) => {
    const image = await kit.arrivedFile(file, fields);
    const outcome = await kit.accept()({ key: image.incomingKey });
    expect(outcome).toMatchObject({ kind: 'rejected', code });
    await expectRefused(image, code);
    expect(await kit.accept()({ key: image.incomingKey })).toMatchObject({ kind: 'rejected', code });
    expect(await kit.events(image)).toEqual(['ImageRejected']);
  });

  it('a type that the category does not take', async () => {
    const { id } = await kit.postgres.categories.create({
      name: 'only PNG',
      description: '',
      maxFileSize: 10_000_000,
      allowedExtensions: ['png'],
      isActive: true,
      visibility: 'public',
    });
    const image = await kit.arrived(photo, 'image/jpeg', { categoryId: id });
    await kit.accept()({ key: image.incomingKey });
    await expectRefused(image, 'type_not_allowed');
  });

  it('what the inspector refuses', async () => {
    const image = await kit.arrived(photo, 'image/jpeg');
    const seen: string[] = [];
    const uploadInspector = inspector(async (_image, key) => {
      seen.push(key);
      return { allowed: false, reason: 'malware' };
    });
    await kit.accept({ uploadInspector })({ key: image.incomingKey });
    await expectRefused(image, 'inspector_refused');
    expect(seen).toEqual([expect.stringMatching(/^originals\//)]);
  });
});

describe('nothing is decided', () => {
  it('while the inspector gives no answer', async () => {
    const image = await kit.arrived(photo, 'image/jpeg');
    const uploadInspector = inspector(() => Promise.reject(new AppError('unavailable', 'no answer')));
    await expect(kit.accept({ uploadInspector })({ key: image.incomingKey })).rejects.toMatchObject({
      code: 'unavailable',
    });
    expect(await kit.row(image)).toMatchObject({ status: 'uploading', imageSeq: 0 });
    expect(await kit.objects(image)).toEqual([image.incomingKey]);
  });

  it('while the store is away', async () => {
    const image = await kit.arrived(photo, 'image/jpeg');
    await store.goDown();
    await expect(kit.accept()({ imageId: image.id })).rejects.toMatchObject({ code: 'unavailable' });
    await store.goUp();
    expect(await kit.row(image)).toMatchObject({ status: 'uploading' });
    expect((await kit.accept()({ imageId: image.id })).kind).toBe('accepted');
  });

  it('where nothing has come yet, or nobody knows the key', async () => {
    const image = await kit.newImage(photo, 'image/jpeg');
    expect((await kit.accept()({ imageId: image.id })).kind).toBe('absent');
    expect((await kit.accept()({ key: 'incoming/1/u-x/2026/01/01/unknown.jpg' })).kind).toBe('unknown');
    expect(await kit.timeline(image)).toEqual(['presigned']);
  });
});

describe('a policy that is used again', () => {
  it('after acceptance changes nothing', async () => {
    const image = await kit.newImage(photo, 'image/jpeg');
    const policy = await kit.presign(image);
    expect(await kit.post(policy, photo)).toBe(204);
    await kit.accept()({ key: image.incomingKey });
    const row = await kit.row(image);

    const other = Uint8Array.from(photo).fill(0x20, photo.byteLength - 200);
    expect(await kit.post(policy, other)).toBe(204);
    expect((await kit.accept()({ key: image.incomingKey })).kind).toBe('settled');
    expect(await kit.row(image)).toEqual(row);
    expect(await kit.objects(image)).toEqual([row.originalKey]);
    expect(await kit.s3.objects.readStart(row.originalKey!, photo.byteLength)).toEqual(
      Uint8Array.from(photo),
    );
  });

  it('while the copy is looked at does not change what was looked at', async () => {
    const image = await kit.arrived(photo, 'image/jpeg');
    const text = new TextEncoder().encode('x'.repeat(photo.byteLength));
    const uploadInspector = inspector(async () => {
      await kit.put(image, text);
      return { allowed: true };
    });
    expect((await kit.accept({ uploadInspector })({ key: image.incomingKey })).kind).toBe('accepted');
    const { originalKey } = await kit.row(image);
    expect(await kit.s3.objects.readStart(originalKey!, photo.byteLength)).toEqual(Uint8Array.from(photo));
    expect(await kit.objects(image)).toEqual([originalKey]);
  });

  it('between the first look and the copy is judged by the copy', async () => {
    const image = await kit.arrived(photo, 'image/jpeg');
    const { objects } = kit.deps;
    const swapping = Object.assign(Object.create(objects) as typeof objects, {
      copy: async (...args: Parameters<typeof objects.copy>) => {
        await kit.put(image, new TextEncoder().encode('x'.repeat(photo.byteLength)));
        return objects.copy(...args);
      },
      head: objects.head.bind(objects),
      readStart: objects.readStart.bind(objects),
      download: objects.download.bind(objects),
    });
    await kit.accept({ objects: swapping })({ key: image.incomingKey });
    await expectRefused(image, 'not_an_image');
  });
});

it('accepts once when several do it at once, and leaves one copy', async () => {
  const images = await Promise.all(Array.from({ length: 10 }, () => kit.arrived(photo, 'image/jpeg')));
  const accept = kit.accept();
  await Promise.all(
    images.map(async (image) => {
      const outcomes = await Promise.all([1, 2, 3, 4].map(() => accept({ key: image.incomingKey })));
      const kinds = outcomes.map(({ kind }) => kind);
      expect(kinds.filter((kind) => kind === 'accepted')).toHaveLength(1);
      expect(kinds.filter((kind) => kind === 'settled')).toHaveLength(3);
      expect(await kit.events(image)).toEqual(['ImageUploaded']);
      expect(await kit.objects(image)).toEqual([(await kit.row(image)).originalKey]);
    }),
  );
});

describe('found out late', () => {
  it('ends a completed image, takes everything away, and tells of it once', async () => {
    const image = await kit.arrivedFile('truncated.jpg');
    expect((await kit.accept()({ key: image.incomingKey })).kind).toBe('accepted');
    const reject = rejectLate(kit.deps);
    await reject(image.id, 'undecodable');
    await reject(image.id, 'undecodable');
    expect(await kit.row(image)).toMatchObject({
      status: 'failed',
      failureCode: 'undecodable',
      originalKey: null,
      variants: [],
      processing: { variants: { state: 'failed', lease: null } },
    });
    expect(await kit.objects(image)).toEqual([]);
    expect(await kit.events(image)).toEqual(['ImageUploaded', 'ImageRejected']);
    expect(await kit.timeline(image)).toEqual(['presigned', 'stored', 'accepted', 'rejected']);
  });
});

describe('an upload that never came', () => {
  it('fails as expired, and stays so when it comes after all', async () => {
    const image = await kit.newImage(photo, 'image/jpeg');
    const reap = reapUpload({ ...kit.deps, accept: kit.accept(), clock: systemClock });
    expect(await reap(image.id)).toMatchObject({ kind: 'rejected', code: 'upload_expired' });
    await kit.put(image, photo);
    expect(await kit.accept()({ key: image.incomingKey })).toMatchObject({
      kind: 'rejected',
      code: 'upload_expired',
    });
    await expectRefused(image, 'upload_expired');
  });

  it('is accepted by the last look where it is there', async () => {
    const image = await kit.arrived(photo, 'image/jpeg');
    const reap = reapUpload({ ...kit.deps, accept: kit.accept(), clock: systemClock });
    expect((await reap(image.id)).kind).toBe('accepted');
  });
});
