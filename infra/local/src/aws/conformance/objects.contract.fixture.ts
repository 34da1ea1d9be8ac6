import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3';
import type { Suite } from './suite.fixture.ts';
import { refusal } from './target.fixture.ts';

/** Objects: what is put comes back, conditions hold, checksums are checked. */
export const objectsContract = ({ target, it }: Suite): void => {
  describe('objects', () => {
    let Bucket: string;
    beforeEach(async () => {
      Bucket = await target().newBucket();
    });
    const put = (Key: string, Body: string | Buffer = 'hello', more: object = {}) =>
      target().s3.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
    const get = (Key: string, more: object = {}) =>
      target().s3.send(new GetObjectCommand({ Bucket, Key, ...more }));
    const text = async (Key: string, more: object = {}) => (await get(Key, more)).Body!.transformToString();

    it('headers and metadata of a PUT come back with GET and HEAD', async () => {
      const given = {
        ContentType: 'image/webp',
        CacheControl: 'public, max-age=31536000, immutable',
        ContentDisposition: 'attachment; filename="a.webp"',
        ContentEncoding: 'identity',
        ContentLanguage: 'ko',
        Metadata: { image: '42', note: 'two  words' },
      };
      const { ETag } = await put('a', 'hello', given);
      expect(ETag).toBe(`"${createHash('md5').update('hello').digest('hex')}"`);
      expect(await get('a')).toMatchObject({ ...given, ContentLength: 5, ETag });
      expect(await target().s3.send(new HeadObjectCommand({ Bucket, Key: 'a' }))).toMatchObject({
        ...given,
        ContentLength: 5,
        ETag,
        AcceptRanges: 'bytes',
      });
    });
    it('an object without a type is binary/octet-stream', async () => {
      await target().sendSigned({ method: 'PUT', path: `/${Bucket}/a`, body: 'x' });
      expect((await get('a')).ContentType).toBe('binary/octet-stream');
    });
    it('an empty object is one', async () => {
      await put('empty', Buffer.alloc(0));
      expect(await text('empty')).toBe('');
    });
    for (const key of [
      'a b+c&d=e?f#g%20h',
      '사진/그림 é.png',
      'x/../y',
      '../../etc/passwd',
      './a',
      'a//b',
      '~!*\'()"<>',
      `${'k'.repeat(1024)}`,
    ]) {
      it(`a key is bytes, not a path: ${key.slice(0, 30)}`, async () => {
        await put(key, key);
        expect(await text(key)).toBe(key);
      });
    }
    it('keys that a file system would take for one are two', async () => {
      await put('dir/x', 'first');
      await put('dir/./x', 'second');
      await put('other/../dir/x', 'third');
      expect([await text('dir/x'), await text('dir/./x'), await text('other/../dir/x')]).toEqual([
        'first',
        'second',
        'third',
      ]);
    });
    it('a key may be the folder of another', async () => {
      await put('a', '1');
      await put('a/b', '2');
      expect([await text('a'), await text('a/b')]).toEqual(['1', '2']);
    });
    it('a key of more than 1,024 bytes is KeyTooLongError', async () => {
      expect(await refusal(put('k'.repeat(1025)))).toMatchObject({ code: 'KeyTooLongError' });
    });
    it('a missing object is NoSuchKey', async () => {
      expect(await refusal(get('nothing'))).toEqual({ code: 'NoSuchKey', status: 404 });
    });
    it('a missing bucket is NoSuchBucket', async () => {
      const sent = target().s3.send(new GetObjectCommand({ Bucket: `${Bucket}-missing`, Key: 'a' }));
      expect(await refusal(sent)).toEqual({ code: 'NoSuchBucket', status: 404 });
    });
    it('deleting is idempotent', async () => {
      await put('a');
      await target().s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
      await target().s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
      expect(await refusal(get('a'))).toMatchObject({ status: 404 });
    });
    it('DeleteObjects deletes each of its keys, odd ones too', async () => {
      const keys = ['a', 'b & <c>', ' leading and trailing ', 'missing'];
      for (const key of keys.slice(0, 3)) await put(key);
      const { Deleted = [] } = await target().s3.send(
        new DeleteObjectsCommand({ Bucket, Delete: { Objects: keys.map((Key) => ({ Key })) } }),
      );
      expect(Deleted.map((one) => one.Key)).toEqual(keys);
      for (const key of keys) expect(await refusal(get(key))).toMatchObject({ status: 404 });
    });
    it('tags of an object come back', async () => {
      await put('a', 'x', { Tagging: 'project=dark%20room&state=new' });
      await target().s3.send(
        new PutObjectTaggingCommand({
          Bucket,
          Key: 'a',
          Tagging: { TagSet: [{ Key: 'state', Value: 'done' }] },
        }),
      );
      const { TagSet } = await target().s3.send(new GetObjectTaggingCommand({ Bucket, Key: 'a' }));
      expect(TagSet).toEqual([{ Key: 'state', Value: 'done' }]);
    });

    describe('ranges', () => {
      for (const [Range, body, content] of [
        ['bytes=0-3', '0123', 'bytes 0-3/10'],
        ['bytes=4-', '456789', 'bytes 4-9/10'],
        ['bytes=-3', '789', 'bytes 7-9/10'],
        ['bytes=8-99', '89', 'bytes 8-9/10'],
      ] as const) {
        it(`${Range} is part of the object`, async () => {
          await put('a', '0123456789');
          const part = await get('a', { Range });
          expect([
            part.$metadata.httpStatusCode,
            part.ContentRange,
            await part.Body!.transformToString(),
          ]).toEqual([206, content, body]);
        });
      }
      it('a range behind the end is 416', async () => {
        await put('a', '0123456789');
        expect(await refusal(get('a', { Range: 'bytes=10-' }))).toEqual({
          code: 'InvalidRange',
          status: 416,
        });
      });
    });

    describe('conditions', () => {
      it('GET with the ETag in If-None-Match is 304', async () => {
        const { ETag } = await put('a');
        expect((await refusal(get('a', { IfNoneMatch: ETag }))).status).toBe(304);
        expect(await text('a', { IfNoneMatch: '"other"' })).toBe('hello');
      });
      it('GET with another ETag in If-Match is 412', async () => {
        const { ETag } = await put('a');
        expect(await refusal(get('a', { IfMatch: '"other"' }))).toMatchObject({ status: 412 });
        expect(await text('a', { IfMatch: ETag })).toBe('hello');
      });
      it('GET with If-Modified-Since of later is 304', async () => {
        await put('a');
        const { LastModified } = await get('a');
        expect((await refusal(get('a', { IfModifiedSince: LastModified }))).status).toBe(304);
        expect(await text('a', { IfModifiedSince: new Date(LastModified!.getTime() - 60_000) })).toBe(
          'hello',
        );
      });
      it('of twenty writes at once with If-None-Match: * exactly one wins', async () => {
        const outcomes = await Promise.all(
          Array.from({ length: 20 }, (_, index) =>
            refusal(put('once', `writer ${index}`, { IfNoneMatch: '*' })).then(({ status }) => ({
              index,
              status,
            })),
          ),
        );
        const winners = outcomes.filter(({ status }) => status === undefined);
        expect(winners).toHaveLength(1);
        expect(outcomes.every(({ status }) => status === undefined || status === 412 || status === 409)).toBe(
          true,
        );
        expect(await text('once')).toBe(`writer ${winners[0]!.index}`);
      });
      it('a write with If-Match goes through on that ETag alone', async () => {
        const { ETag } = await put('a', 'one');
        await put('a', 'two', { IfMatch: ETag });
        expect(await refusal(put('a', 'three', { IfMatch: ETag }))).toMatchObject({
          code: 'PreconditionFailed',
          status: 412,
        });
        expect(await text('a')).toBe('two');
        expect(await refusal(put('missing', 'x', { IfMatch: ETag }))).toMatchObject({ status: 404 });
      });
      it('of twenty writes at once with the same If-Match exactly one wins', async () => {
        const { ETag } = await put('a', 'start');
        const outcomes = await Promise.all(
          Array.from({ length: 20 }, (_, index) => refusal(put('a', `writer ${index}`, { IfMatch: ETag }))),
        );
        expect(outcomes.filter(({ status }) => status === undefined)).toHaveLength(1);
      });
    });

    it('a streamed body is stored without its aws-chunked framing', async () => {
      const content = Buffer.alloc(300_000, 'darkroom ');
      const Body = Readable.from([content.subarray(0, 70_000), content.subarray(70_000)]);
      await put('streamed', Body as unknown as Buffer, {
        ContentLength: content.length,
        ContentEncoding: 'gzip',
      });
      const got = await get('streamed');
      expect(Buffer.from(await got.Body!.transformToByteArray()).equals(content)).toBe(true);
      expect(got).toMatchObject({ ContentLength: content.length, ContentEncoding: 'gzip' });
    });
  });
};
