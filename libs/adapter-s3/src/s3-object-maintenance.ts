import {
  AbortMultipartUploadCommand,
  DeleteObjectsCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { AbandonedUpload, ListedObject, ObjectMaintenance } from '@darkroom/domain';
import { AppError } from '@darkroom/kernel';
import { callS3, findInS3 } from './s3-errors.ts';

/** S3 takes at most this many keys in one request, to delete as to list. */
const batchSize = 1_000;

export class S3ObjectMaintenance implements ObjectMaintenance {
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor(client: S3Client, bucket: string) {
    this.#client = client;
    this.#bucket = bucket;
  }

  async remove(keys: readonly string[], signal?: AbortSignal): Promise<void> {
    for (let start = 0; start < keys.length; start += batchSize) {
      const Objects = keys.slice(start, start + batchSize).map((Key) => ({ Key }));
      const command = new DeleteObjectsCommand({ Bucket: this.#bucket, Delete: { Objects, Quiet: true } });
      const { Errors = [] } = await callS3('delete', () => this.#client.send(command, abortable(signal)));
      const refused = Errors.filter(({ Code }) => Code !== 'NoSuchKey');
      if (refused.length === 0) continue;
      throw new AppError('unavailable', `delete: S3 kept ${refused.length} objects (${refused[0]?.Code})`, {
        reason: 'storage_refused',
      });
    }
  }

  async list(
    prefix: string,
    afterKey: string | undefined,
    limit: number,
    signal?: AbortSignal,
  ): Promise<readonly ListedObject[]> {
    const found: ListedObject[] = [];
    let after = afterKey;
    while (found.length < limit) {
      const command = new ListObjectsV2Command({
        Bucket: this.#bucket,
        Prefix: prefix,
        MaxKeys: Math.min(batchSize, limit - found.length),
        ...(after === undefined ? {} : { StartAfter: after }),
      });
      const page = await callS3('list', () => this.#client.send(command, abortable(signal)));
      for (const { Key, Size, LastModified } of page.Contents ?? []) {
        if (Key === undefined) continue;
        found.push({ key: Key, size: Size ?? 0, lastModified: LastModified ?? new Date(0) });
      }
      after = found.at(-1)?.key;
      if (page.IsTruncated !== true) break;
    }
    return found;
  }

  async listMultipart(prefix: string, signal?: AbortSignal): Promise<readonly AbandonedUpload[]> {
    const found: AbandonedUpload[] = [];
    let markers = {};
    for (;;) {
      const command = new ListMultipartUploadsCommand({ Bucket: this.#bucket, Prefix: prefix, ...markers });
      const page = await callS3('list uploads', () => this.#client.send(command, abortable(signal)));
      for (const { Key, UploadId, Initiated } of page.Uploads ?? []) {
        if (Key === undefined || UploadId === undefined) continue;
        found.push({ key: Key, uploadId: UploadId, initiatedAt: Initiated ?? new Date(0) });
      }
      if (page.IsTruncated !== true) return found;
      markers = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
    }
  }

  async abortMultipart({ key, uploadId }: AbandonedUpload, signal?: AbortSignal): Promise<void> {
    const command = new AbortMultipartUploadCommand({ Bucket: this.#bucket, Key: key, UploadId: uploadId });
    await findInS3('abort upload', () => this.#client.send(command, abortable(signal)));
  }
}

function abortable(signal: AbortSignal | undefined) {
  return signal === undefined ? {} : { abortSignal: signal };
}
