import { createReadStream } from 'node:fs';
import { open, rm, stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  CopyObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { ObjectHead, ObjectHeaders, ObjectStore } from '@darkroom/domain';
import { AppError } from '@darkroom/kernel';
import { encodeKey } from './s3-client.ts';
import { callS3, findInS3 } from './s3-errors.ts';

/** Stands where a caller has no signal. */
const never = new AbortController().signal;

export class S3ObjectStore implements ObjectStore {
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor(client: S3Client, bucket: string) {
    this.#client = client;
    this.#bucket = bucket;
  }

  async head(key: string, signal?: AbortSignal): Promise<ObjectHead | undefined> {
    const command = new HeadObjectCommand({ Bucket: this.#bucket, Key: key, ChecksumMode: 'ENABLED' });
    const found = await findInS3('head', () => this.#client.send(command, withSignal(signal)));
    if (found === undefined) return undefined;
    const whole = found.ChecksumType !== 'COMPOSITE' && found.ChecksumSHA256?.includes('-') === false;
    return {
      key,
      size: found.ContentLength ?? 0,
      eTag: (found.ETag ?? '').replaceAll('"', ''),
      contentType: found.ContentType ?? 'application/octet-stream',
      lastModified: found.LastModified ?? new Date(0),
      sha256: whole ? Buffer.from(found.ChecksumSHA256 ?? '', 'base64').toString('hex') : null,
    };
  }

  async readStart(key: string, length: number, signal?: AbortSignal): Promise<Uint8Array | undefined> {
    const command = new GetObjectCommand({ Bucket: this.#bucket, Key: key, Range: `bytes=0-${length - 1}` });
    return findInS3('read', async () => {
      try {
        const { Body } = await this.#client.send(command, withSignal(signal));
        return (await Body?.transformToByteArray()) ?? new Uint8Array();
      } catch (error) {
        // No range fits an empty object
        if (error instanceof Error && error.name === 'InvalidRange') return new Uint8Array();
        throw error;
      }
    });
  }

  async download(key: string, path: string, signal?: AbortSignal): Promise<boolean> {
    const command = new GetObjectCommand({ Bucket: this.#bucket, Key: key });
    const found = await findInS3('download', () => this.#client.send(command, withSignal(signal)));
    if (found?.Body === undefined) return false;
    const file = await open(path, 'wx');
    try {
      const body = found.Body as Readable;
      await callS3('download', () => pipeline(body, file.createWriteStream(), { signal: signal ?? never }));
      if ((await stat(path)).size !== found.ContentLength) {
        throw new AppError('unavailable', 'download: the connection ended before the object did');
      }
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    } finally {
      await file.close();
    }
    return true;
  }

  async put(
    key: string,
    body: Uint8Array | { readonly path: string },
    headers: ObjectHeaders,
    signal?: AbortSignal,
  ): Promise<void> {
    const content =
      body instanceof Uint8Array
        ? { Body: body, ContentLength: body.byteLength }
        : { Body: createReadStream(body.path), ContentLength: (await stat(body.path)).size };
    const command = new PutObjectCommand({
      Bucket: this.#bucket,
      Key: key,
      ...content,
      ...vendorHeaders(headers),
    });
    await callS3('put', () => this.#client.send(command, withSignal(signal)));
  }

  async copy(from: string, to: string, headers: ObjectHeaders, signal?: AbortSignal): Promise<boolean> {
    const command = new CopyObjectCommand({
      Bucket: this.#bucket,
      Key: to,
      CopySource: `${this.#bucket}/${encodeKey(from)}`,
      MetadataDirective: 'REPLACE',
      ...vendorHeaders(headers),
    });
    return (await findInS3('copy', () => this.#client.send(command, withSignal(signal)))) !== undefined;
  }
}

function vendorHeaders({ contentType, cacheControl, contentDisposition }: ObjectHeaders) {
  return {
    ContentType: contentType,
    ...(cacheControl === undefined ? {} : { CacheControl: cacheControl }),
    ...(contentDisposition === undefined ? {} : { ContentDisposition: contentDisposition }),
  };
}

function withSignal(signal: AbortSignal | undefined) {
  return signal === undefined ? {} : { abortSignal: signal };
}
