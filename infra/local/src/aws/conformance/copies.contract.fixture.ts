import { createHash } from 'node:crypto';

import {
  CopyObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type ChecksumAlgorithm,
} from '@aws-sdk/client-s3';
import type { Suite } from './suite.fixture.ts';
import { refusal } from './target.fixture.ts';

/** Copies of objects, and checksums of their bytes. */
export const copiesContract = ({ target, it }: Suite): void => {
  describe('copies and checksums', () => {
    let Bucket: string;
    beforeEach(async () => {
      Bucket = await target().newBucket();
    });
    const put = (Key: string, Body: string | Buffer = 'hello', more: object = {}) =>
      target().s3.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
    const get = (Key: string, more: object = {}) =>
      target().s3.send(new GetObjectCommand({ Bucket, Key, ...more }));
    const text = async (Key: string, more: object = {}) => (await get(Key, more)).Body!.transformToString();

    describe('copy', () => {
      const copy = (Key: string, more: object = {}) =>
        target().s3.send(
          new CopyObjectCommand({
            Bucket,
            Key,
            CopySource: `${Bucket}/${encodeURIComponent('from/ä b.png')}`,
            ...more,
          }),
        );
      beforeEach(() =>
        put('from/ä b.png', 'hello', { ContentType: 'image/png', Metadata: { owner: 'alice' } }),
      );
      it('a copy keeps type and metadata', async () => {
        await copy('to');
        expect(await get('to')).toMatchObject({
          ContentType: 'image/png',
          Metadata: { owner: 'alice' },
          ContentLength: 5,
        });
      });
      it('a copy with REPLACE takes the new ones only', async () => {
        await copy('to', {
          MetadataDirective: 'REPLACE',
          ContentType: 'image/jpeg',
          CacheControl: 'private',
        });
        expect(await get('to')).toMatchObject({
          ContentType: 'image/jpeg',
          CacheControl: 'private',
          Metadata: {},
        });
      });
      it('a copy onto itself that changes nothing is InvalidRequest', async () => {
        expect(await refusal(copy('from/ä b.png'))).toEqual({ code: 'InvalidRequest', status: 400 });
      });
      it('a copy of a missing object is NoSuchKey', async () => {
        const sent = target().s3.send(
          new CopyObjectCommand({ Bucket, Key: 'to', CopySource: `${Bucket}/missing` }),
        );
        expect(await refusal(sent)).toEqual({ code: 'NoSuchKey', status: 404 });
      });
      it('x-amz-copy-source-if-match and if-none-match are held', async () => {
        const { ETag } = await get('from/ä b.png');
        expect(await refusal(copy('to', { CopySourceIfMatch: '"other"' }))).toMatchObject({
          code: 'PreconditionFailed',
          status: 412,
        });
        expect(await refusal(copy('to', { CopySourceIfNoneMatch: ETag }))).toMatchObject({
          code: 'PreconditionFailed',
          status: 412,
        });
        await copy('to', { CopySourceIfMatch: ETag });
        expect(await text('to')).toBe('hello');
      });
      it('x-amz-copy-source-if-unmodified-since is held', async () => {
        expect(
          await refusal(copy('to', { CopySourceIfUnmodifiedSince: new Date(Date.now() - 3600_000) })),
        ).toMatchObject({ status: 412 });
      });
      it('a copy with If-None-Match: * does not overwrite', async () => {
        await put('to', 'old');
        expect(await refusal(copy('to', { IfNoneMatch: '*' }))).toMatchObject({ status: 412 });
        expect(await text('to')).toBe('old');
      });
    });

    describe('checksums', () => {
      for (const ChecksumAlgorithm of [
        'SHA256',
        'SHA1',
        'CRC32',
        'CRC32C',
        'CRC64NVME',
      ] as ChecksumAlgorithm[]) {
        it(`${ChecksumAlgorithm} is verified, kept and returned`, async () => {
          const name = `Checksum${ChecksumAlgorithm}` as 'ChecksumSHA256';
          const sent = await put('a', 'hello', { ChecksumAlgorithm });
          const head = await target().s3.send(
            new HeadObjectCommand({ Bucket, Key: 'a', ChecksumMode: 'ENABLED' }),
          );
          expect(sent[name]).toBeTruthy();
          expect(head[name]).toBe(sent[name]);
        });
      }
      it('other bytes than the SHA-256 names are BadDigest and not stored', async () => {
        const ChecksumSHA256 = createHash('sha256').update('other').digest('base64');
        expect(await refusal(put('a', 'hello', { ChecksumSHA256 }))).toEqual({
          code: 'BadDigest',
          status: 400,
        });
        expect(await refusal(get('a'))).toMatchObject({ status: 404 });
      });
      it('other bytes than the CRC-32 names are BadDigest', async () => {
        expect(await refusal(put('a', 'hello', { ChecksumCRC32: 'AAAAAA==' }))).toEqual({
          code: 'BadDigest',
          status: 400,
        });
      });
      it('other bytes than Content-MD5 names are BadDigest', async () => {
        const ContentMD5 = createHash('md5').update('other').digest('base64');
        expect(await refusal(put('a', 'hello', { ContentMD5 }))).toEqual({ code: 'BadDigest', status: 400 });
        await put('a', 'hello', { ContentMD5: createHash('md5').update('hello').digest('base64') });
      });
      it('a Content-MD5 that is none is InvalidDigest', async () => {
        expect(await refusal(put('a', 'hello', { ContentMD5: 'nonsense' }))).toEqual({
          code: 'InvalidDigest',
          status: 400,
        });
      });
      it('a copy keeps the checksum', async () => {
        const { ChecksumSHA256 } = await put('a', 'hello', { ChecksumAlgorithm: 'SHA256' });
        await target().s3.send(new CopyObjectCommand({ Bucket, Key: 'b', CopySource: `${Bucket}/a` }));
        expect(
          (await target().s3.send(new HeadObjectCommand({ Bucket, Key: 'b', ChecksumMode: 'ENABLED' })))
            .ChecksumSHA256,
        ).toBe(ChecksumSHA256);
      });
    });
  });
};
