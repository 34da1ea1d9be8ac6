import { createHash } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import type { Suite } from './suite.fixture.ts';
import { refusal } from './target.fixture.ts';

const MIB = 1024 * 1024;
const big = Buffer.alloc(5 * MIB, 'first part ');
const small = Buffer.from('the last part may be small');
const sha256 = (data: Buffer) => createHash('sha256').update(data).digest();
const md5 = (data: Buffer) => createHash('md5').update(data).digest();

/** Uploads in parts. */
export const multipartContract = ({ target, it }: Suite): void => {
  describe('multipart', () => {
    let Bucket: string;
    beforeEach(async () => {
      Bucket = await target().newBucket();
    });
    const create = async (Key = 'a', more: object = {}) =>
      (await target().s3.send(new CreateMultipartUploadCommand({ Bucket, Key, ...more }))).UploadId!;
    const part = (UploadId: string, PartNumber: number, Body: Buffer, more: object = {}) =>
      target().s3.send(new UploadPartCommand({ Bucket, Key: 'a', UploadId, PartNumber, Body, ...more }));
    const complete = (UploadId: string, Parts: object[], more: object = {}) =>
      target().s3.send(
        new CompleteMultipartUploadCommand({
          Bucket,
          Key: 'a',
          UploadId,
          MultipartUpload: { Parts },
          ...more,
        }),
      );
    const bytes = async () =>
      Buffer.from(
        await (
          await target().s3.send(new GetObjectCommand({ Bucket, Key: 'a' }))
        ).Body!.transformToByteArray(),
      );

    it('parts become one object with the headers of its creation', async () => {
      const id = await create('a', { ContentType: 'image/tiff', Metadata: { owner: 'alice' } });
      const [one, two] = [await part(id, 1, big), await part(id, 2, small)];
      const done = await complete(id, [
        { PartNumber: 1, ETag: one.ETag },
        { PartNumber: 2, ETag: two.ETag },
      ]);
      const etag = `"${md5(Buffer.concat([md5(big), md5(small)])).toString('hex')}-2"`;
      expect(done.ETag).toBe(etag);
      expect(await target().s3.send(new HeadObjectCommand({ Bucket, Key: 'a' }))).toMatchObject({
        ETag: etag,
        ContentType: 'image/tiff',
        Metadata: { owner: 'alice' },
        ContentLength: big.length + small.length,
      });
      expect((await bytes()).equals(Buffer.concat([big, small]))).toBe(true);
    });
    it('a range may lie across two parts', async () => {
      const id = await create();
      const [one, two] = [await part(id, 1, big), await part(id, 2, small)];
      await complete(id, [
        { PartNumber: 1, ETag: one.ETag },
        { PartNumber: 2, ETag: two.ETag },
      ]);
      const got = await target().s3.send(
        new GetObjectCommand({ Bucket, Key: 'a', Range: `bytes=${big.length - 3}-${big.length + 2}` }),
      );
      expect(await got.Body!.transformToString()).toBe(
        Buffer.concat([big.subarray(-3), small.subarray(0, 3)]).toString(),
      );
    });
    it('a part but the last below 5 MiB is EntityTooSmall', async () => {
      const id = await create();
      const [one, two] = [await part(id, 1, small), await part(id, 2, small)];
      expect(
        await refusal(
          complete(id, [
            { PartNumber: 1, ETag: one.ETag },
            { PartNumber: 2, ETag: two.ETag },
          ]),
        ),
      ).toEqual({ code: 'EntityTooSmall', status: 400 });
    });
    it('another ETag than the part has is InvalidPart', async () => {
      const id = await create();
      await part(id, 1, small);
      expect(
        await refusal(complete(id, [{ PartNumber: 1, ETag: '"00000000000000000000000000000000"' }])),
      ).toEqual({ code: 'InvalidPart', status: 400 });
    });
    it('parts out of order are InvalidPartOrder', async () => {
      const id = await create();
      const [one, two] = [await part(id, 1, big), await part(id, 2, small)];
      expect(
        await refusal(
          complete(id, [
            { PartNumber: 2, ETag: two.ETag },
            { PartNumber: 1, ETag: one.ETag },
          ]),
        ),
      ).toEqual({ code: 'InvalidPartOrder', status: 400 });
    });
    it('a part sent again takes the place of the first', async () => {
      const id = await create();
      await part(id, 1, Buffer.from('old'));
      const { ETag } = await part(id, 1, Buffer.from('new'));
      await complete(id, [{ PartNumber: 1, ETag }]);
      expect((await bytes()).toString()).toBe('new');
    });
    it('completion with If-None-Match: * does not overwrite', async () => {
      await target().s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'there' }));
      const id = await create();
      const { ETag } = await part(id, 1, small);
      expect(await refusal(complete(id, [{ PartNumber: 1, ETag }], { IfNoneMatch: '*' }))).toMatchObject({
        status: 412,
      });
      expect((await bytes()).toString()).toBe('there');
    });
    it('an aborted upload is gone', async () => {
      const id = await create();
      const { ETag } = await part(id, 1, small);
      await target().s3.send(new AbortMultipartUploadCommand({ Bucket, Key: 'a', UploadId: id }));
      expect(await refusal(part(id, 2, small))).toEqual({ code: 'NoSuchUpload', status: 404 });
      expect(await refusal(complete(id, [{ PartNumber: 1, ETag }]))).toEqual({
        code: 'NoSuchUpload',
        status: 404,
      });
      expect((await target().s3.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads).toBeUndefined();
    });
    it('a part number of 0 or above 10,000 is InvalidArgument', async () => {
      const id = await create();
      expect(await refusal(part(id, 10_001, small))).toEqual({ code: 'InvalidArgument', status: 400 });
    });
    it('the composite SHA-256 is that of the parts', async () => {
      const id = await create('a', { ChecksumAlgorithm: 'SHA256' });
      const parts = [
        await part(id, 1, big, { ChecksumAlgorithm: 'SHA256' }),
        await part(id, 2, small, { ChecksumAlgorithm: 'SHA256' }),
      ];
      const done = await complete(
        id,
        parts.map(({ ETag, ChecksumSHA256 }, index) => ({ PartNumber: index + 1, ETag, ChecksumSHA256 })),
      );
      const expected = `${sha256(Buffer.concat([sha256(big), sha256(small)])).toString('base64')}-2`;
      expect(done.ChecksumSHA256).toBe(expected);
      expect(
        (await target().s3.send(new HeadObjectCommand({ Bucket, Key: 'a', ChecksumMode: 'ENABLED' })))
          .ChecksumSHA256,
      ).toBe(expected);
    });
    it('parts are copied from other objects, whole or by range', async () => {
      await target().s3.send(new PutObjectCommand({ Bucket, Key: 'source', Body: big }));
      const id = await create();
      const copy = (PartNumber: number, more: object = {}) =>
        target().s3.send(
          new UploadPartCopyCommand({
            Bucket,
            Key: 'a',
            UploadId: id,
            PartNumber,
            CopySource: `${Bucket}/source`,
            ...more,
          }),
        );
      const [one, two] = [await copy(1), await copy(2, { CopySourceRange: 'bytes=0-9' })];
      await complete(id, [
        { PartNumber: 1, ETag: one.CopyPartResult!.ETag },
        { PartNumber: 2, ETag: two.CopyPartResult!.ETag },
      ]);
      expect((await bytes()).equals(Buffer.concat([big, big.subarray(0, 10)]))).toBe(true);
      expect(await refusal(copy(3))).toEqual({ code: 'NoSuchUpload', status: 404 });
    });
    it('a copied part holds to its source conditions', async () => {
      await target().s3.send(new PutObjectCommand({ Bucket, Key: 'source', Body: small }));
      const id = await create();
      const sent = target().s3.send(
        new UploadPartCopyCommand({
          Bucket,
          Key: 'a',
          UploadId: id,
          PartNumber: 1,
          CopySource: `${Bucket}/source`,
          CopySourceIfMatch: '"other"',
        }),
      );
      expect(await refusal(sent)).toMatchObject({ code: 'PreconditionFailed', status: 412 });
    });
    it('ListParts pages through the parts', async () => {
      const id = await create();
      for (const number of [3, 1, 2]) await part(id, number, Buffer.from(`part ${number}`));
      const list = (more: object) =>
        target().s3.send(new ListPartsCommand({ Bucket, Key: 'a', UploadId: id, ...more }));
      const first = await list({ MaxParts: 2 });
      const second = await list({ PartNumberMarker: first.NextPartNumberMarker });
      expect([first.IsTruncated, first.Parts!.map((one) => one.PartNumber)]).toEqual([true, [1, 2]]);
      expect([second.IsTruncated, second.Parts!.map((one) => [one.PartNumber, one.Size])]).toEqual([
        false,
        [[3, 6]],
      ]);
    });
    it('ListMultipartUploads keeps to its prefix', async () => {
      await create('incoming/a');
      await create('incoming/b');
      await create('originals/c');
      const list = await target().s3.send(new ListMultipartUploadsCommand({ Bucket, Prefix: 'incoming/' }));
      expect(list.Uploads!.map((one) => one.Key)).toEqual(['incoming/a', 'incoming/b']);
      expect(list.Uploads![0]!.Initiated).toBeInstanceOf(Date);
    });
    it('ListMultipartUploads pages by its markers', async () => {
      for (const key of ['a', 'b', 'c']) await create(key);
      const first = await target().s3.send(new ListMultipartUploadsCommand({ Bucket, MaxUploads: 2 }));
      const second = await target().s3.send(
        new ListMultipartUploadsCommand({
          Bucket,
          KeyMarker: first.NextKeyMarker,
          UploadIdMarker: first.NextUploadIdMarker,
        }),
      );
      expect([first.IsTruncated, first.Uploads!.map((one) => one.Key)]).toEqual([true, ['a', 'b']]);
      expect(second.Uploads!.map((one) => one.Key)).toEqual(['c']);
    });
  });
};
