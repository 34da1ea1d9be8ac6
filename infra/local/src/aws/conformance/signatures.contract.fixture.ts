import { createHash, createHmac } from 'node:crypto';
import {
  GetObjectCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';

import type { Suite } from './suite.fixture.ts';
import { refusal } from './target.fixture.ts';

const hex = (text: string | Buffer): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
const codeOf = async (response: Response) => ({
  status: response.status,
  code: /<Code>([^<]*)</.exec(await response.text())?.[1],
});

/** Who may call at all: signatures in headers, in URLs and over chunks, and anonymous readers. */
export const signaturesContract = ({ target, it }: Suite): void => {
  describe('signatures', () => {
    let Bucket: string;
    beforeAll(async () => {
      Bucket = await target().newBucket();
      await target().s3.send(
        new PutObjectCommand({ Bucket, Key: 'images/a b.webp', Body: 'hello', ContentType: 'image/webp' }),
      );
      await target().s3.send(new PutObjectCommand({ Bucket, Key: 'originals/a', Body: 'secret' }));
    });
    const url = (path: string) => `${target().server.s3Endpoint}/${Bucket}/${path}`;

    it('a wrong secret is SignatureDoesNotMatch', async () => {
      const s3 = target().s3With({ secretAccessKey: 'wrong' });
      expect(await refusal(s3.send(new ListBucketsCommand({})))).toEqual({
        code: 'SignatureDoesNotMatch',
        status: 403,
      });
      s3.destroy();
    });
    it('an unknown key id is refused as InvalidAccessKeyId', async () => {
      const s3 = target().s3With({ accessKeyId: 'AKIAUNKNOWN000000000' });
      expect(await refusal(s3.send(new ListBucketsCommand({})))).toEqual({
        code: 'InvalidAccessKeyId',
        status: 403,
      });
      s3.destroy();
    });
    it('a clock that is off by an hour is RequestTimeTooSkewed', async () => {
      const s3 = target().s3With({ systemClockOffset: -3600_000 });
      expect(await refusal(s3.send(new ListBucketsCommand({})))).toMatchObject({
        code: 'RequestTimeTooSkewed',
        status: 403,
      });
      s3.destroy();
    });
    it('no signature at all is AccessDenied', async () => {
      expect(await codeOf(await fetch(url('originals/a')))).toEqual({ status: 403, code: 'AccessDenied' });
      expect(await codeOf(await fetch(url('new'), { method: 'PUT', body: 'x' }))).toEqual({
        status: 403,
        code: 'AccessDenied',
      });
      expect(await codeOf(await fetch(`${target().server.s3Endpoint}/${Bucket}`))).toEqual({
        status: 403,
        code: 'AccessDenied',
      });
    });
    it('a body that is not what x-amz-content-sha256 says is refused', async () => {
      const answer = await target().sendSigned({
        method: 'PUT',
        path: `/${Bucket}/liar`,
        body: 'hello',
        payloadHash: hex('other'),
      });
      expect([answer.status, answer.code]).toEqual([400, 'XAmzContentSHA256Mismatch']);
      expect(await refusal(target().s3.send(new HeadObjectCommand({ Bucket, Key: 'liar' })))).toMatchObject({
        status: 404,
      });
    });
    it('a header added after signing is refused', async () => {
      const headers = await target().sign({ method: 'PUT', path: `/${Bucket}/extra`, body: 'hello' });
      const answer = await target().send({
        method: 'PUT',
        path: `/${Bucket}/extra`,
        body: 'hello',
        headers: { ...headers, 'x-amz-meta-evil': '1' },
      });
      expect([answer.status, answer.code]).toEqual([403, 'AccessDenied']);
    });
    it('a signature for another path is refused', async () => {
      const headers = await target().sign({ method: 'GET', path: `/${Bucket}/images/a%20b.webp` });
      expect((await target().send({ method: 'GET', path: `/${Bucket}/originals/a`, headers })).code).toBe(
        'SignatureDoesNotMatch',
      );
    });
    it('dots in a raw path are part of the key', async () => {
      expect(
        (await target().sendSigned({ method: 'PUT', path: `/${Bucket}/p/../q`, body: 'dots' })).status,
      ).toBe(200);
      const got = await target().s3.send(new GetObjectCommand({ Bucket, Key: 'p/../q' }));
      expect(await got.Body!.transformToString()).toBe('dots');
      expect(await refusal(target().s3.send(new HeadObjectCommand({ Bucket, Key: 'q' })))).toMatchObject({
        status: 404,
      });
    });
    it('virtual-host style addresses reach the same bucket', async () => {
      const { host } = new URL(target().server.s3Endpoint);
      const virtual = `${Bucket}.localhost:${host.split(':')[1]}`;
      const headers = await target().sign({
        method: 'GET',
        path: '/originals/a',
        headers: { host: virtual },
      });
      expect(
        (await target().send({ method: 'GET', path: '/originals/a', headers: { ...headers, host: virtual } }))
          .body,
      ).toBe('secret');
    });

    describe('chunks', () => {
      const chunked = async (options: { tamper?: boolean }) => {
        const { region, secretAccessKey } = target().server;
        const data = ['a'.repeat(8192), 'b'.repeat(100)];
        const head = { 'content-encoding': 'aws-chunked', 'x-amz-decoded-content-length': '8292' };
        const headers = await target().sign({
          method: 'PUT',
          path: `/${Bucket}/signed-chunks`,
          headers: head,
          payloadHash: 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
        });
        const date = headers['x-amz-date']!;
        const scope = `${date.slice(0, 8)}/${region}/s3/aws4_request`;
        const key = scope
          .split('/')
          .reduce<string | Buffer>((one, part) => hmac(one, part), `AWS4${secretAccessKey}`);
        let previous = /Signature=([0-9a-f]+)/.exec(headers['authorization']!)![1]!;
        let body = '';
        for (const chunk of [...data, '']) {
          previous = hmac(
            key,
            ['AWS4-HMAC-SHA256-PAYLOAD', date, scope, previous, hex(''), hex(chunk)].join('\n'),
          ).toString('hex');
          body += `${chunk.length.toString(16)};chunk-signature=${previous}\r\n${chunk}\r\n`;
        }
        return target().send({
          method: 'PUT',
          path: `/${Bucket}/signed-chunks`,
          headers,
          body: options.tamper ? body.replace('bbbb', 'cccc') : body,
        });
      };
      it('a body in signed chunks is stored without its framing', async () => {
        expect((await chunked({})).status).toBe(200);
        const got = await target().s3.send(new GetObjectCommand({ Bucket, Key: 'signed-chunks' }));
        expect(await got.Body!.transformToString()).toBe('a'.repeat(8192) + 'b'.repeat(100));
        expect(got.ContentEncoding).toBeUndefined();
      });
      it('a chunk that was changed is SignatureDoesNotMatch', async () => {
        expect((await chunked({ tamper: true })).code).toBe('SignatureDoesNotMatch');
      });
      it('a trailing checksum that does not hold is BadDigest', async () => {
        const request = (crc: string) => ({
          method: 'PUT',
          path: `/${Bucket}/trailer`,
          headers: {
            'content-encoding': 'aws-chunked',
            'x-amz-decoded-content-length': '5',
            'x-amz-trailer': 'x-amz-checksum-crc32',
          },
          body: `5\r\nhello\r\n0\r\nx-amz-checksum-crc32:${crc}\r\n\r\n`,
          payloadHash: 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
        });
        expect((await target().sendSigned(request('AAAAAA=='))).code).toBe('BadDigest');
        expect((await target().sendSigned(request('NhCmhg=='))).status).toBe(200);
      });
    });
  });
};
