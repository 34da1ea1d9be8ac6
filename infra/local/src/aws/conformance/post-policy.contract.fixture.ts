import { createHash } from 'node:crypto';
import { HeadObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { createPresignedPost, type PresignedPostOptions } from '@aws-sdk/s3-presigned-post';
import type { Suite } from './suite.fixture.ts';
import { refusal, type Target } from './target.fixture.ts';

interface Post {
  readonly url: string;
  readonly fields: Record<string, string>;
}
interface Outcome {
  readonly status: number;
  readonly code: string | undefined;
  readonly body: string;
  readonly headers: Headers;
}

const submit = async (
  post: Post,
  content: string,
  options: { fileFirst?: boolean; filename?: string } = {},
): Promise<Outcome> => {
  const form = new FormData();
  const file = new Blob([content], { type: 'application/x-other' });
  if (options.fileFirst) form.set('file', file, 'a.png');
  for (const [name, value] of Object.entries(post.fields)) form.set(name, value);
  if (!options.fileFirst) form.set('file', file, options.filename ?? 'a.png');
  const response = await fetch(post.url, { method: 'POST', body: form, redirect: 'manual' });
  const body = await response.text();
  return { status: response.status, code: /<Code>([^<]*)</.exec(body)?.[1], body, headers: response.headers };
};

const presign = (
  target: Target,
  bucket: string,
  options: Partial<PresignedPostOptions> = {},
): Promise<Post> =>
  createPresignedPost(target.s3, {
    Bucket: bucket,
    Key: 'incoming/a.png',
    Conditions: [['content-length-range', 4, 8]],
    Fields: { 'Content-Type': 'image/png' },
    Expires: 60,
    ...options,
  });

const isEmpty = async (target: Target, bucket: string): Promise<boolean> =>
  (await target.s3.send(new ListObjectsV2Command({ Bucket: bucket }))).KeyCount === 0;

/** What a browser's form upload may and may not do. */
export const postPolicyContract = ({ target, it }: Suite): void => {
  describe('POST policy', () => {
    let bucket: string;
    beforeEach(async () => {
      bucket = await target().newBucket();
    });
    /** Refused with that code, and nothing is stored. */
    const expectRefused = async (outcome: Outcome, status: number, code: string): Promise<void> => {
      expect({ status: outcome.status, code: outcome.code }).toEqual({ status, code });
      expect(await isEmpty(target(), bucket)).toBe(true);
    };
    const altered = async (
      change: Record<string, string>,
      options: Partial<PresignedPostOptions> = {},
    ): Promise<Post> => {
      const post = await presign(target(), bucket, options);
      return { ...post, fields: { ...post.fields, ...change } };
    };

    it('a form that keeps to its policy is stored with the type of its field', async () => {
      expect((await submit(await presign(target(), bucket), '123456')).status).toBe(204);
      const head = await target().s3.send(new HeadObjectCommand({ Bucket: bucket, Key: 'incoming/a.png' }));
      expect(head).toMatchObject({ ContentLength: 6, ContentType: 'image/png' });
    });
    it('a file of just the least and of just the most bytes is taken', async () => {
      const post = await presign(target(), bucket);
      expect([(await submit(post, '1234')).status, (await submit(post, '12345678')).status]).toEqual([
        204, 204,
      ]);
    });
    it('a POST that is too large is EntityTooLarge', async () => {
      await expectRefused(await submit(await presign(target(), bucket), '123456789'), 400, 'EntityTooLarge');
    });
    it('a POST of megabytes too many gets its answer, not a reset', async () => {
      await expectRefused(
        await submit(await presign(target(), bucket), 'x'.repeat(5_000_000)),
        400,
        'EntityTooLarge',
      );
    });
    it('a POST that is too small is EntityTooSmall', async () => {
      await expectRefused(await submit(await presign(target(), bucket), '123'), 400, 'EntityTooSmall');
    });
    it('a POST after expiry is AccessDenied', async () => {
      await expectRefused(
        await submit(await presign(target(), bucket, { Expires: -5 }), '123456'),
        403,
        'AccessDenied',
      );
    });
    it('a POST to another key is AccessDenied', async () => {
      await expectRefused(
        await submit(await altered({ key: 'incoming/b.png' }), '123456'),
        403,
        'AccessDenied',
      );
    });
    it('a POST with another type is AccessDenied', async () => {
      await expectRefused(
        await submit(await altered({ 'Content-Type': 'text/html' }), '123456'),
        403,
        'AccessDenied',
      );
    });
    it('a POST without a field that the policy names is AccessDenied', async () => {
      const { 'Content-Type': _type, ...fields } = (await presign(target(), bucket)).fields;
      await expectRefused(
        await submit({ url: (await presign(target(), bucket)).url, fields }, '123456'),
        403,
        'AccessDenied',
      );
    });
    it('a POST with a field that the policy does not name is AccessDenied', async () => {
      await expectRefused(
        await submit(await altered({ 'x-amz-meta-evil': '1' }), '123456'),
        403,
        'AccessDenied',
      );
    });
    it('a POST to another bucket than its policy names is AccessDenied', async () => {
      const other = await target().newBucket();
      const post = await presign(target(), other);
      await expectRefused(
        await submit({ ...post, url: post.url.replace(other, bucket) }, '123456'),
        403,
        'AccessDenied',
      );
    });
    it('a POST without policy is AccessDenied', async () => {
      const { url } = await presign(target(), bucket);
      await expectRefused(
        await submit({ url, fields: { key: 'incoming/a.png' } }, '123456'),
        403,
        'AccessDenied',
      );
    });
    it('a tampered policy is SignatureDoesNotMatch', async () => {
      const post = await presign(target(), bucket);
      const name = Object.keys(post.fields).find((one) => one.toLowerCase() === 'policy')!;
      const policy = Buffer.from(post.fields[name]!, 'base64').toString().replace('8]', '9000]');
      const fields = { ...post.fields, [name]: Buffer.from(policy).toString('base64') };
      await expectRefused(await submit({ ...post, fields }, '123456'), 403, 'SignatureDoesNotMatch');
    });
    it('a tampered signature is SignatureDoesNotMatch', async () => {
      await expectRefused(
        await submit(await altered({ 'X-Amz-Signature': '0'.repeat(64) }), '123456'),
        403,
        'SignatureDoesNotMatch',
      );
    });
    it('a policy signed with another secret is SignatureDoesNotMatch', async () => {
      const s3 = target().s3With({ secretAccessKey: 'not-the-secret' });
      const post = await createPresignedPost(s3, { Bucket: bucket, Key: 'incoming/a.png' });
      s3.destroy();
      await expectRefused(await submit(post, '123456'), 403, 'SignatureDoesNotMatch');
    });
    it('an unknown key id is InvalidAccessKeyId', async () => {
      const s3 = target().s3With({ accessKeyId: 'AKIAUNKNOWN000000000' });
      const post = await createPresignedPost(s3, { Bucket: bucket, Key: 'incoming/a.png' });
      s3.destroy();
      await expectRefused(await submit(post, '123456'), 403, 'InvalidAccessKeyId');
    });
    it('fields of a name with x-ignore- need no condition', async () => {
      expect((await submit(await altered({ 'x-ignore-note': 'hello' }), '123456')).status).toBe(204);
    });
    it('${filename} stands for the name of the file, and starts-with holds on what it gives', async () => {
      const post = await presign(target(), bucket, {
        Key: 'incoming/${filename}',
        Conditions: [['starts-with', '$key', 'incoming/']],
      });
      expect((await submit(post, '123456', { filename: 'my photo.png' })).status).toBe(204);
      await expect(
        target().s3.send(new HeadObjectCommand({ Bucket: bucket, Key: 'incoming/my photo.png' })),
      ).resolves.toBeDefined();
    });
    it('starts-with refuses another beginning', async () => {
      const post = await presign(target(), bucket, {
        Key: 'incoming/${filename}',
        Conditions: [['starts-with', '$key', 'incoming/']],
      });
      await expectRefused(
        await submit({ ...post, fields: { ...post.fields, key: 'elsewhere/x' } }, '123456'),
        403,
        'AccessDenied',
      );
    });
    it('fields behind the file do not count', async () => {
      const outcome = await submit(await presign(target(), bucket), '123456', { fileFirst: true });
      expect(outcome.status).toBeGreaterThanOrEqual(400);
      expect(await isEmpty(target(), bucket)).toBe(true);
    });
    it('success_action_status 201 answers with a document', async () => {
      const outcome = await submit(
        await presign(target(), bucket, { Fields: { success_action_status: '201' } }),
        '123456',
      );
      expect(outcome.status).toBe(201);
      expect(outcome.body).toContain('<Key>incoming/a.png</Key>');
      expect(outcome.body).toContain(`<Bucket>${bucket}</Bucket>`);
    });
    it('success_action_status 200 answers 200', async () => {
      expect(
        (
          await submit(
            await presign(target(), bucket, { Fields: { success_action_status: '200' } }),
            '123456',
          )
        ).status,
      ).toBe(200);
    });
    it('success_action_redirect answers 303 with bucket, key and etag', async () => {
      const outcome = await submit(
        await presign(target(), bucket, {
          Fields: { success_action_redirect: 'https://shop.example/done?a=1' },
        }),
        '123456',
      );
      const location = new URL(outcome.headers.get('location')!);
      expect(outcome.status).toBe(303);
      expect(Object.fromEntries(location.searchParams)).toEqual({
        a: '1',
        bucket,
        key: 'incoming/a.png',
        etag: outcome.headers.get('etag'),
      });
    });
    it('a checksum field is verified and kept', async () => {
      const sha256 = createHash('sha256').update('123456').digest('base64');
      const post = await presign(target(), bucket, { Fields: { 'x-amz-checksum-sha256': sha256 } });
      expect((await submit(post, '123456')).status).toBe(204);
      const head = await target().s3.send(
        new HeadObjectCommand({ Bucket: bucket, Key: 'incoming/a.png', ChecksumMode: 'ENABLED' }),
      );
      expect(head.ChecksumSHA256).toBe(sha256);
    });
    it('other bytes than a checksum field names are BadDigest', async () => {
      const sha256 = createHash('sha256').update('123456').digest('base64');
      const post = await presign(target(), bucket, { Fields: { 'x-amz-checksum-sha256': sha256 } });
      await expectRefused(await submit(post, '654321'), 400, 'BadDigest');
    });
    it('metadata, Cache-Control and Content-Disposition of the form are kept', async () => {
      const Fields = {
        'x-amz-meta-owner': 'alice',
        'Cache-Control': 'no-store',
        'Content-Disposition': 'attachment',
      };
      expect((await submit(await presign(target(), bucket, { Fields }), '123456')).status).toBe(204);
      const head = await target().s3.send(new HeadObjectCommand({ Bucket: bucket, Key: 'incoming/a.png' }));
      expect(head).toMatchObject({
        Metadata: { owner: 'alice' },
        CacheControl: 'no-store',
        ContentDisposition: 'attachment',
      });
    });
    it('a policy that is no JSON is InvalidPolicyDocument only when its signature holds', async () => {
      const post = await presign(target(), bucket);
      const name = Object.keys(post.fields).find((one) => one.toLowerCase() === 'policy')!;
      const fields = { ...post.fields, [name]: Buffer.from('{').toString('base64') };
      await expectRefused(await submit({ ...post, fields }, '123456'), 403, 'SignatureDoesNotMatch');
    });
    it('a bucket that does not exist is NoSuchBucket', async () => {
      const post = await presign(target(), bucket);
      const outcome = await submit({ ...post, url: `${post.url.replace(/\/$/, '')}-missing` }, '123456');
      expect({ status: outcome.status, code: outcome.code }).toEqual({ status: 404, code: 'NoSuchBucket' });
      expect(
        await refusal(target().s3.send(new HeadObjectCommand({ Bucket: bucket, Key: 'incoming/a.png' }))),
      ).toMatchObject({ status: 404 });
    });
  });
};
