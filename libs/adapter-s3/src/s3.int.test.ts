import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateMultipartUploadCommand } from '@aws-sdk/client-s3';
import type { PresignedPost } from '@darkroom/domain';
import { isAppError } from '@darkroom/kernel';
import { testS3, type TestS3 } from '@darkroom/testing';
import { openS3, type S3 } from './open-s3.ts';
import { createS3Client } from './s3-client.ts';
import { ensureBucket } from './setup/setup-bucket.ts';

let store: TestS3;
let s3: S3;
let folder: string;

beforeAll(async () => {
  store = await testS3();
  await ensureBucket(store.settings, true);
  s3 = openS3(store.settings);
  folder = await mkdtemp(join(tmpdir(), 'adapter-s3-'));
});
afterAll(async () => {
  s3.close();
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

const plain = { contentType: 'text/plain' };

describe('objects', () => {
  it('puts, heads, reads the start of and downloads an object, from memory and from a file', async () => {
    const key = 'a folder/ä+é?&#.txt';
    await s3.objects.put(key, Buffer.from('hello world'), { ...plain, cacheControl: 'no-store' });
    expect(await s3.objects.head(key)).toMatchObject({
      key,
      size: 11,
      contentType: 'text/plain',
      sha256: null,
    });
    expect(Buffer.from((await s3.objects.readStart(key, 5))!).toString()).toBe('hello');

    const path = join(folder, 'download');
    expect(await s3.objects.download(key, path)).toBe(true);
    await s3.objects.put('from-file', { path }, plain);
    expect(Buffer.from((await s3.objects.readStart('from-file', 99))!).toString()).toBe('hello world');
  });

  it('names what is missing instead of throwing', async () => {
    expect(await s3.objects.head('none')).toBeUndefined();
    expect(await s3.objects.readStart('none', 5)).toBeUndefined();
    expect(await s3.objects.download('none', join(folder, 'none'))).toBe(false);
    expect(await s3.objects.copy('none', 'other', plain)).toBe(false);
    await s3.maintenance.remove(['none']);
    await s3.maintenance.abortMultipart({ key: 'none', uploadId: 'none', initiatedAt: new Date() });
  });

  it('reads the start of an empty object', async () => {
    await s3.objects.put('empty', new Uint8Array(), plain);
    expect(await s3.objects.readStart('empty', 5)).toEqual(new Uint8Array());
  });

  it('copies with headers of its own, whatever the key is made of', async () => {
    await s3.objects.put('from/ü x+y.png', Buffer.from('png'), { contentType: 'text/html' });
    expect(await s3.objects.copy('from/ü x+y.png', 'to.png', { contentType: 'image/png' })).toBe(true);
    expect(await s3.objects.head('to.png')).toMatchObject({ size: 3, contentType: 'image/png' });
  });

  it('never writes over a file, and leaves nothing where a download was stopped', async () => {
    const path = join(folder, 'there');
    await writeFile(path, 'mine');
    await expect(s3.objects.download('to.png', path)).rejects.toThrow('EEXIST');
    const stopped = AbortSignal.abort();
    await expect(s3.objects.download('to.png', join(folder, 'stopped'), stopped)).rejects.toMatchObject({
      code: 'aborted',
    });
    await expect(readFile(join(folder, 'stopped'))).rejects.toThrow('ENOENT');
  });
});

describe('maintenance', () => {
  it('lists in key order from after a key, over several pages, and removes any number', async () => {
    const keys = Array.from({ length: 1_205 }, (_, index) => `many/${String(index).padStart(5, '0')}`);
    for (let at = 0; at < keys.length; at += 50) {
      await Promise.all(keys.slice(at, at + 50).map((key) => s3.objects.put(key, Buffer.from('x'), plain)));
    }
    const listed = await s3.maintenance.list('many/', undefined, 1_203);
    expect(listed.map(({ key }) => key)).toEqual(keys.slice(0, 1_203));
    const rest = await s3.maintenance.list('many/', listed.at(-1)!.key, 10);
    expect(rest.map(({ key }) => key)).toEqual(keys.slice(1_203));
    await s3.maintenance.remove(keys);
    expect(await s3.maintenance.list('many/', undefined, 10)).toEqual([]);
  });

  it('finds and aborts multipart uploads', async () => {
    const client = createS3Client(store.settings);
    await client.send(
      new CreateMultipartUploadCommand({ Bucket: store.settings.bucket, Key: 'incoming/part' }),
    );
    client.destroy();
    const [upload] = await s3.maintenance.listMultipart('incoming/');
    expect(upload).toMatchObject({ key: 'incoming/part' });
    await s3.maintenance.abortMultipart(upload!);
    expect(await s3.maintenance.listMultipart('incoming/')).toEqual([]);
  });
});

async function send(post: PresignedPost, body: string, changes: Record<string, string> = {}) {
  const form = new FormData();
  for (const [name, value] of Object.entries({ ...post.fields, ...changes })) form.append(name, value);
  form.append('file', new Blob([body]));
  const response = await fetch(post.url, { method: 'POST', body: form });
  return { status: response.status, text: await response.text() };
}

describe('signed URLs', () => {
  const policy = {
    key: 'incoming/p.jpg',
    contentType: 'image/jpeg',
    size: 5,
    sha256: null,
    expiresInSeconds: 60,
  };

  it('lets exactly the file in that the policy fixes, and answers 204', async () => {
    const post = await s3.signer.presignPost(policy);
    expect(post.fields['key']).toBe(policy.key);
    expect((await send(post, 'bytes')).status).toBe(204);
    expect(await s3.objects.head(policy.key)).toMatchObject({ size: 5, contentType: 'image/jpeg' });
  });

  it.each([
    ['a larger file', 'bytes and more', {}, 400, 'EntityTooLarge'],
    ['a smaller file', 'byte', {}, 400, 'EntityTooSmall'],
    ['another key', 'bytes', { key: 'incoming/other.jpg' }, 403, 'AccessDenied'],
    ['another type', 'bytes', { 'Content-Type': 'text/html' }, 403, 'AccessDenied'],
    ['another field', 'bytes', { 'x-amz-meta-extra': '1' }, 403, 'AccessDenied'],
  ])('refuses %s', async (_, body, changes, status, code) => {
    const answer = await send(await s3.signer.presignPost(policy), body, changes);
    expect(answer.status).toBe(status);
    expect(answer.text).toContain(`<Code>${code}</Code>`);
  });

  it('binds a declared SHA-256, which the store then knows', async () => {
    const sha256 = createHash('sha256').update('right').digest('hex');
    const post = await s3.signer.presignPost({ ...policy, key: 'incoming/sum.jpg', sha256 });
    expect((await send(post, 'wrong')).status).toBe(400);
    expect((await send(post, 'right')).status).toBe(204);
    expect(await s3.objects.head('incoming/sum.jpg')).toMatchObject({ sha256 });
  });

  it('gives out private objects by signature alone, as a download of any name', async () => {
    await s3.objects.put('originals/x', Buffer.from('secret'), plain);
    const url = await s3.signer.signGet('originals/x', {
      downloadName: 'Füße "1".jpg',
      expiresInSeconds: 60,
    });
    const response = await fetch(url);
    expect(await response.text()).toBe('secret');
    expect(response.headers.get('content-disposition')).toBe(
      `attachment; filename="F__e _1_.jpg"; filename*=UTF-8''F%C3%BC%C3%9Fe%20%221%22.jpg`,
    );
    const unsigned = await fetch(url.slice(0, url.indexOf('?')));
    expect(unsigned.status).toBe(403);
    await unsigned.text();
  });
});

describe('outages', () => {
  it.each<[string, (other: S3) => Promise<unknown>]>([
    ['head', ({ objects }) => objects.head('x')],
    ['list', ({ maintenance }) => maintenance.list('', undefined, 1)],
    ['remove', ({ maintenance }) => maintenance.remove(['x'])],
  ])('%s tells wrong credentials as unavailable', async (_, call) => {
    const credentials = { accessKeyId: 'test-key', secretAccessKey: 'wrong' };
    const other = openS3({ ...store.settings, credentials });
    const error: unknown = await call(other).catch((thrown: unknown) => thrown);
    expect(isAppError(error, 'unavailable') && error.reason).toBe('storage_refused');
    other.close();
  });

  it('tells a missing bucket from a missing object', async () => {
    const other = openS3({ ...store.settings, bucket: 'no-such-bucket' });
    await expect(other.check()).rejects.toMatchObject({ code: 'unavailable', reason: 'storage_refused' });
    other.close();
  });

  it('is unavailable while nothing answers, and works again afterwards', async () => {
    await store.goDown();
    await expect(s3.objects.head('to.png')).rejects.toMatchObject({
      code: 'unavailable',
      reason: 'storage_unavailable',
    });
    await store.goUp();
    expect(await s3.objects.head('to.png')).toMatchObject({ size: 3 });
  });
});
