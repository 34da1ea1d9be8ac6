import { createHash } from 'node:crypto';
import {
  GetObjectCommand,
  HeadObjectCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { Suite } from './suite.fixture.ts';
import { refusal } from './target.fixture.ts';
const codeOf = async (response: Response) => ({
  status: response.status,
  code: /<Code>([^<]*)</.exec(await response.text())?.[1],
});

/** Who may read without a signature in a header: presigned URLs and public prefixes. */
export const accessContract = ({ target, it }: Suite): void => {
  describe('access', () => {
    let Bucket: string;
    beforeAll(async () => {
      Bucket = await target().newBucket();
      await target().s3.send(
        new PutObjectCommand({ Bucket, Key: 'images/a b.webp', Body: 'hello', ContentType: 'image/webp' }),
      );
      await target().s3.send(new PutObjectCommand({ Bucket, Key: 'originals/a', Body: 'secret' }));
    });
    const url = (path: string) => `${target().server.s3Endpoint}/${Bucket}/${path}`;

    describe('presigned URLs', () => {
      const presign = (Key: string, more: object = {}, expiresIn = 60) =>
        getSignedUrl(target().s3, new GetObjectCommand({ Bucket, Key, ...more }), { expiresIn });
      it('a presigned GET gives the object, with the headers it overrides', async () => {
        const signed = await presign('images/a b.webp', {
          ResponseContentDisposition: 'attachment; filename="x y.webp"',
          ResponseContentType: 'text/plain',
          ResponseCacheControl: 'no-store',
        });
        const response = await fetch(signed);
        expect([response.status, await response.text()]).toEqual([200, 'hello']);
        expect(Object.fromEntries(response.headers)).toMatchObject({
          'content-disposition': 'attachment; filename="x y.webp"',
          'content-type': 'text/plain',
          'cache-control': 'no-store',
        });
      });
      it('a changed parameter is SignatureDoesNotMatch', async () => {
        const signed = await presign('images/a b.webp');
        expect(await codeOf(await fetch(signed.replace('X-Amz-Expires=60', 'X-Amz-Expires=6000')))).toEqual({
          status: 403,
          code: 'SignatureDoesNotMatch',
        });
        expect(await codeOf(await fetch(`${signed}&response-content-type=text%2Fhtml`))).toEqual({
          status: 403,
          code: 'SignatureDoesNotMatch',
        });
      });
      it('an expired one is AccessDenied', async () => {
        const s3 = target().s3With({ systemClockOffset: 0 });
        const signed = await getSignedUrl(s3, new GetObjectCommand({ Bucket, Key: 'originals/a' }), {
          expiresIn: 60,
          signingDate: new Date(Date.now() - 120_000),
        });
        s3.destroy();
        expect(await codeOf(await fetch(signed))).toEqual({ status: 403, code: 'AccessDenied' });
      });
      it('a GET URL does not serve for PUT', async () => {
        expect(
          (await codeOf(await fetch(await presign('originals/a'), { method: 'PUT', body: 'x' }))).code,
        ).toBe('SignatureDoesNotMatch');
      });
      it('a presigned PUT holds to the SHA-256 that it was signed with', async () => {
        const ChecksumSHA256 = createHash('sha256').update('hello').digest('base64');
        const signed = await getSignedUrl(
          target().s3,
          new PutObjectCommand({ Bucket, Key: 'put', ChecksumSHA256 }),
          { expiresIn: 60 },
        );
        expect(await codeOf(await fetch(signed, { method: 'PUT', body: 'other' }))).toEqual({
          status: 400,
          code: 'BadDigest',
        });
        expect((await fetch(signed, { method: 'PUT', body: 'hello' })).status).toBe(200);
        expect(
          (await target().s3.send(new HeadObjectCommand({ Bucket, Key: 'put', ChecksumMode: 'ENABLED' })))
            .ChecksumSHA256,
        ).toBe(ChecksumSHA256);
      });
      it('a signed Content-Type must be sent', async () => {
        const command = new PutObjectCommand({
          Bucket,
          Key: 'typed',
          ContentType: 'image/png',
          ChecksumSHA256: createHash('sha256').update('x').digest('base64'),
        });
        const signed = await getSignedUrl(target().s3, command, {
          expiresIn: 60,
          signableHeaders: new Set(['content-type']),
        });
        expect(
          (
            await codeOf(
              await fetch(signed, { method: 'PUT', body: 'x', headers: { 'content-type': 'text/html' } }),
            )
          ).code,
        ).toBe('SignatureDoesNotMatch');
        expect(
          (await fetch(signed, { method: 'PUT', body: 'x', headers: { 'content-type': 'image/png' } }))
            .status,
        ).toBe(200);
      });
    });

    describe('anonymous readers', () => {
      const policy = () =>
        JSON.stringify({
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: '*',
              Action: 's3:GetObject',
              Resource: `arn:aws:s3:::${Bucket}/images/*`,
            },
          ],
        });
      const open = () =>
        target().s3.send(
          new PutPublicAccessBlockCommand({
            Bucket,
            PublicAccessBlockConfiguration: { BlockPublicPolicy: false, RestrictPublicBuckets: false },
          }),
        );
      it('a public policy is refused while the bucket blocks public access', async () => {
        expect(
          await refusal(target().s3.send(new PutBucketPolicyCommand({ Bucket, Policy: policy() }))),
        ).toEqual({ code: 'AccessDenied', status: 403 });
      });
      it('a bucket policy opens its prefix for reading, and nothing else', async () => {
        await open();
        await target().s3.send(new PutBucketPolicyCommand({ Bucket, Policy: policy() }));
        const response = await fetch(url('images/a%20b.webp'));
        expect([response.status, await response.text(), response.headers.get('content-type')]).toEqual([
          200,
          'hello',
          'image/webp',
        ]);
        const statuses = await Promise.all([
          fetch(url('originals/a')),
          fetch(url('images/missing')),
          fetch(url('images/../originals/a')),
          fetch(url('images/a%20b.webp'), { method: 'DELETE' }),
          fetch(url('images/new'), { method: 'PUT', body: 'x' }),
          fetch(`${target().server.s3Endpoint}/${Bucket}?list-type=2`),
        ]);
        expect(statuses.map((one) => one.status)).toEqual([403, 403, 403, 403, 403, 403]);
      });
      it('dots do not lead an anonymous reader out of the open prefix', async () => {
        await open();
        await target().s3.send(new PutBucketPolicyCommand({ Bucket, Policy: policy() }));
        expect(
          (await target().send({ method: 'GET', path: `/${Bucket}/images/../originals/a` })).status,
        ).toBe(403);
        expect(
          (await target().send({ method: 'GET', path: `/${Bucket}/images/%2e%2e/originals/a` })).status,
        ).toBe(403);
      });
    });
  });
};
