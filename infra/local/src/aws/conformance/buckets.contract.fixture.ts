import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeletePublicAccessBlockCommand,
  GetBucketCorsCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketLocationCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  HeadBucketCommand,
  PutBucketCorsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
  type LifecycleRule,
} from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import type { Suite } from './suite.fixture.ts';
import { refusal } from './target.fixture.ts';

/** Buckets and what is configured on them. */
export const bucketsContract = ({ target, it }: Suite): void => {
  describe('buckets', () => {
    let Bucket: string;
    beforeEach(async () => {
      Bucket = await target().newBucket();
    });

    it('a bucket is there once, and found by HEAD', async () => {
      // us-east-1 alone takes it as done (S3 API, "CreateBucket").
      const expected = target().server.region === 'us-east-1' ? undefined : 409;
      expect((await refusal(target().s3.send(new CreateBucketCommand({ Bucket })))).status).toBe(expected);
      expect((await target().s3.send(new HeadBucketCommand({ Bucket }))).BucketRegion).toBe(
        target().server.region,
      );
      expect(
        await refusal(target().s3.send(new HeadBucketCommand({ Bucket: `${Bucket}-missing` }))),
      ).toMatchObject({ status: 404 });
    });
    it('a name that S3 does not take is InvalidBucketName', async () => {
      const answer = await target().sendSigned({ method: 'PUT', path: '/Not_A_Bucket' });
      expect([answer.status, answer.code]).toEqual([400, 'InvalidBucketName']);
    });
    it('a bucket with an object in it is not deleted', async () => {
      await target().s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'x' }));
      expect(await refusal(target().s3.send(new DeleteBucketCommand({ Bucket })))).toEqual({
        code: 'BucketNotEmpty',
        status: 409,
      });
      await target().s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
      await target().s3.send(new DeleteBucketCommand({ Bucket }));
      expect(await refusal(target().s3.send(new HeadBucketCommand({ Bucket })))).toMatchObject({
        status: 404,
      });
    });
    it('location and versioning of a plain bucket', async () => {
      const expected = target().server.region === 'us-east-1' ? undefined : target().server.region;
      expect(
        (await target().s3.send(new GetBucketLocationCommand({ Bucket }))).LocationConstraint || undefined,
      ).toBe(expected);
      expect((await target().s3.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBeUndefined();
    });
    it('public access is blocked on a new bucket, until that is changed', async () => {
      const read = () => target().s3.send(new GetPublicAccessBlockCommand({ Bucket }));
      const all = {
        BlockPublicAcls: true,
        IgnorePublicAcls: true,
        BlockPublicPolicy: true,
        RestrictPublicBuckets: true,
      };
      expect((await read()).PublicAccessBlockConfiguration).toEqual(all);
      const changed = { ...all, BlockPublicPolicy: false, RestrictPublicBuckets: false };
      await target().s3.send(
        new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: changed }),
      );
      expect((await read()).PublicAccessBlockConfiguration).toEqual(changed);
      await target().s3.send(new DeletePublicAccessBlockCommand({ Bucket }));
      expect(await refusal(read())).toMatchObject({
        code: 'NoSuchPublicAccessBlockConfiguration',
        status: 404,
      });
    });
    it('a bucket without policy answers NoSuchBucketPolicy', async () => {
      expect(await refusal(target().s3.send(new GetBucketPolicyCommand({ Bucket })))).toEqual({
        code: 'NoSuchBucketPolicy',
        status: 404,
      });
    });

    describe('lifecycle', () => {
      const put = (...Rules: LifecycleRule[]) =>
        target().s3.send(
          new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }),
        );
      const rule: LifecycleRule = {
        ID: 'incoming',
        Status: 'Enabled',
        Filter: { Prefix: 'incoming/' },
        Expiration: { Days: 30 },
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
      };
      it('rules come back', async () => {
        await put(rule);
        expect(
          (await target().s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))).Rules,
        ).toEqual([rule]);
      });
      it('no rules are NoSuchLifecycleConfiguration', async () => {
        expect(
          await refusal(target().s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))),
        ).toEqual({ code: 'NoSuchLifecycleConfiguration', status: 404 });
      });
      it('a rule of no days is InvalidArgument', async () => {
        expect(await refusal(put({ ...rule, Expiration: { Days: 0 } }))).toEqual({
          code: 'InvalidArgument',
          status: 400,
        });
      });
      it('a rule without action is refused', async () => {
        expect(
          await refusal(put({ ID: 'nothing', Status: 'Enabled', Filter: { Prefix: '' } })),
        ).toMatchObject({ status: 400 });
      });
      it('two rules of one ID are InvalidArgument', async () => {
        expect(await refusal(put(rule, rule))).toEqual({ code: 'InvalidArgument', status: 400 });
      });
    });

    describe('CORS', () => {
      const origin = 'https://shop.example';
      const configure = () =>
        target().s3.send(
          new PutBucketCorsCommand({
            Bucket,
            CORSConfiguration: {
              CORSRules: [
                {
                  AllowedOrigins: [origin, 'http://*.dev.example'],
                  AllowedMethods: ['GET', 'POST', 'PUT'],
                  AllowedHeaders: ['content-type', 'x-amz-*'],
                  ExposeHeaders: ['ETag', 'x-amz-checksum-sha256'],
                  MaxAgeSeconds: 600,
                },
              ],
            },
          }),
        );
      const preflight = (headers: Record<string, string>) =>
        target().send({
          method: 'OPTIONS',
          path: `/${Bucket}/a`,
          headers: { origin, 'access-control-request-method': 'PUT', ...headers },
        });

      it('rules come back', async () => {
        await configure();
        const { CORSRules } = await target().s3.send(new GetBucketCorsCommand({ Bucket }));
        expect(CORSRules).toEqual([
          {
            AllowedOrigins: [origin, 'http://*.dev.example'],
            AllowedMethods: ['GET', 'POST', 'PUT'],
            AllowedHeaders: ['content-type', 'x-amz-*'],
            ExposeHeaders: ['ETag', 'x-amz-checksum-sha256'],
            MaxAgeSeconds: 600,
          },
        ]);
      });
      it('a bucket without rules refuses preflight requests', async () => {
        expect(await preflight({})).toMatchObject({ status: 403, code: 'AccessForbidden' });
        expect(await refusal(target().s3.send(new GetBucketCorsCommand({ Bucket })))).toEqual({
          code: 'NoSuchCORSConfiguration',
          status: 404,
        });
      });
      it('a preflight request that a rule allows is answered with what it allows', async () => {
        await configure();
        const answer = await preflight({ 'access-control-request-headers': 'content-type,X-Amz-Meta-A' });
        expect(answer.status).toBe(200);
        expect(answer.headers).toMatchObject({
          'access-control-allow-origin': origin,
          'access-control-max-age': '600',
        });
        expect(answer.headers['access-control-allow-methods']).toContain('PUT');
        expect(answer.headers['access-control-allow-headers']?.toLowerCase()).toContain('x-amz-meta-a');
        expect(
          (await preflight({ origin: 'http://a.dev.example' })).headers['access-control-allow-origin'],
        ).toBe('http://a.dev.example');
      });
      it('another origin, method or header is AccessForbidden', async () => {
        await configure();
        expect(await preflight({ origin: 'https://evil.example' })).toMatchObject({
          status: 403,
          code: 'AccessForbidden',
        });
        expect(await preflight({ 'access-control-request-method': 'DELETE' })).toMatchObject({
          status: 403,
          code: 'AccessForbidden',
        });
        expect(await preflight({ 'access-control-request-headers': 'authorization' })).toMatchObject({
          status: 403,
          code: 'AccessForbidden',
        });
      });
      it('real answers carry the headers, errors too', async () => {
        await configure();
        const refused = await target().send({
          method: 'GET',
          path: `/${Bucket}/missing`,
          headers: { origin },
        });
        expect([
          refused.status,
          refused.headers['access-control-allow-origin'],
          refused.headers['access-control-expose-headers'],
        ]).toEqual([403, origin, 'ETag, x-amz-checksum-sha256']);
        const foreign = await target().send({
          method: 'GET',
          path: `/${Bucket}/missing`,
          headers: { origin: 'https://evil.example' },
        });
        expect(foreign.headers['access-control-allow-origin']).toBeUndefined();
      });
      it('a browser can read why its POST was refused', async () => {
        await configure();
        const { url, fields } = await createPresignedPost(target().s3, {
          Bucket,
          Key: 'a',
          Conditions: [['content-length-range', 0, 3]],
        });
        const form = new FormData();
        for (const [name, value] of Object.entries(fields)) form.set(name, value);
        form.set('file', new Blob(['too long']));
        const response = await fetch(url, { method: 'POST', body: form, headers: { origin } });
        expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([400, origin]);
      });
      it('a method that S3 does not know is refused in rules', async () => {
        const sent = target().s3.send(
          new PutBucketCorsCommand({
            Bucket,
            CORSConfiguration: { CORSRules: [{ AllowedOrigins: ['*'], AllowedMethods: ['OPTIONS'] }] },
          }),
        );
        expect(await refusal(sent)).toEqual({ code: 'InvalidRequest', status: 400 });
      });
    });
  });
};
