import { HeadObjectCommand, GetObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import type { StackDescription } from '@darkroom/testing';

export interface StoredObject {
  readonly bytes: Uint8Array;
  readonly contentType: string | undefined;
  readonly cacheControl: string | undefined;
}

/** The stack's bucket, seen from outside Darkroom. */
export class Bucket {
  readonly #client: S3Client;
  readonly #name: string;

  constructor({ endpoint, bucket, accessKeyId, secretAccessKey, region }: StackDescription['s3']) {
    this.#name = bucket;
    this.#client = new S3Client({
      endpoint,
      region,
      forcePathStyle: true,
      credentials: { accessKeyId, secretAccessKey },
    });
  }

  async keys(prefix = ''): Promise<string[]> {
    const keys: string[] = [];
    const pages = paginateListObjectsV2({ client: this.#client }, { Bucket: this.#name, Prefix: prefix });
    for await (const page of pages) keys.push(...(page.Contents ?? []).flatMap(({ Key }) => Key ?? []));
    return keys;
  }

  async exists(key: string): Promise<boolean> {
    try {
      await this.#client.send(new HeadObjectCommand({ Bucket: this.#name, Key: key }));
      return true;
    } catch (error) {
      if (error instanceof Error && error.name === 'NotFound') return false;
      throw error;
    }
  }

  async read(key: string): Promise<StoredObject> {
    const object = await this.#client.send(new GetObjectCommand({ Bucket: this.#name, Key: key }));
    const bytes = (await object.Body?.transformToByteArray()) ?? new Uint8Array();
    return { bytes, contentType: object.ContentType, cacheControl: object.CacheControl };
  }

  close(): void {
    this.#client.destroy();
  }
}
