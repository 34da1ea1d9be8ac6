import {
  ListBucketsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import type { Suite } from './suite.fixture.ts';
import { refusal } from './target.fixture.ts';

const KEYS = ['a', 'b/1', 'b/2', 'b/c/3', 'd', 'e/4', 'é', 'f g+h', '\u{1f5bc}'];
const sorted = [...KEYS].sort((one, two) => Buffer.compare(Buffer.from(one), Buffer.from(two)));

/** Lists of keys, old and new. */
export const listsContract = ({ target, it }: Suite): void => {
  describe('lists', () => {
    let Bucket: string;
    beforeAll(async () => {
      Bucket = await target().newBucket();
      for (const Key of KEYS) await target().s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
    });
    const v2 = (more: object = {}) => target().s3.send(new ListObjectsV2Command({ Bucket, ...more }));
    const v1 = (more: object = {}) => target().s3.send(new ListObjectsCommand({ Bucket, ...more }));
    const keys = (list: { Contents?: { Key?: string | undefined }[] | undefined }) =>
      (list.Contents ?? []).map((one) => one.Key);
    const prefixes = (list: { CommonPrefixes?: { Prefix?: string | undefined }[] | undefined }) =>
      (list.CommonPrefixes ?? []).map((one) => one.Prefix);

    it('keys come in the order of their bytes, with size, ETag and time', async () => {
      const list = await v2();
      expect(keys(list)).toEqual(sorted);
      expect(list).toMatchObject({ KeyCount: KEYS.length, IsTruncated: false, Name: Bucket });
      expect(list.Contents![0]).toMatchObject({
        Key: 'a',
        Size: 1,
        ETag: '"0cc175b9c0f1b6a831c399e269772661"',
        StorageClass: 'STANDARD',
      });
      expect(list.Contents![0]!.LastModified).toBeInstanceOf(Date);
    });
    it('a prefix keeps what begins with it', async () => {
      expect(keys(await v2({ Prefix: 'b/' }))).toEqual(['b/1', 'b/2', 'b/c/3']);
      expect(keys(await v2({ Prefix: 'zzz' }))).toEqual([]);
    });
    it('a delimiter rolls keys into common prefixes', async () => {
      const list = await v2({ Delimiter: '/' });
      expect(keys(list)).toEqual(sorted.filter((key) => !key.includes('/')));
      expect(prefixes(list)).toEqual(['b/', 'e/']);
      expect(prefixes(await v2({ Delimiter: '/', Prefix: 'b/' }))).toEqual(['b/c/']);
    });
    it('pages by continuation token give every key and prefix once', async () => {
      for (const MaxKeys of [1, 2, 3, 4]) {
        const seen: (string | undefined)[] = [];
        let ContinuationToken: string | undefined;
        do {
          const list: Awaited<ReturnType<typeof v2>> = await v2({
            Delimiter: '/',
            MaxKeys,
            ContinuationToken,
          });
          expect(list.KeyCount).toBeLessThanOrEqual(MaxKeys);
          seen.push(...keys(list), ...prefixes(list));
          ContinuationToken = list.NextContinuationToken;
        } while (ContinuationToken !== undefined);
        expect(seen.toSorted()).toEqual([...KEYS.filter((key) => !key.includes('/')), 'b/', 'e/'].toSorted());
      }
    });
    it('start-after begins behind a key', async () => {
      expect(keys(await v2({ StartAfter: 'b/2', MaxKeys: 2 }))).toEqual(['b/c/3', 'd']);
    });
    it('encoding-type url encodes keys and prefixes', async () => {
      const list = await v2({ EncodingType: 'url', Prefix: 'f ' });
      expect([keys(list), list.EncodingType]).toEqual([['f+g%2Bh'], 'url']);
    });
    it('max-keys that is no number is InvalidArgument', async () => {
      const answer = await target().sendSigned({
        method: 'GET',
        path: `/${Bucket}`,
        query: { 'list-type': '2', 'max-keys': 'many' },
      });
      expect([answer.status, answer.code]).toEqual([400, 'InvalidArgument']);
    });
    it('version 1 pages by marker', async () => {
      const first = await v1({ MaxKeys: 4 });
      const second = await v1({ Marker: keys(first).at(-1) });
      expect(first.IsTruncated).toBe(true);
      expect([...keys(first), ...keys(second)]).toEqual(sorted);
    });
    it('version 1 with a delimiter names the next marker', async () => {
      const first = await v1({ Delimiter: '/', MaxKeys: 2 });
      expect([keys(first), prefixes(first), first.NextMarker]).toEqual([['a'], ['b/'], 'b/']);
      const second = await v1({ Delimiter: '/', Marker: first.NextMarker });
      expect([keys(second)[0], prefixes(second)]).toEqual(['d', ['e/']]);
    });
    it('a missing bucket cannot be listed', async () => {
      expect(
        await refusal(target().s3.send(new ListObjectsV2Command({ Bucket: `${Bucket}-missing` }))),
      ).toEqual({ code: 'NoSuchBucket', status: 404 });
    });
    it('buckets are listed', async () => {
      const { Buckets = [] } = await target().s3.send(new ListBucketsCommand({}));
      expect(Buckets.map((one) => one.Name)).toContain(Bucket);
    });
  });
};
