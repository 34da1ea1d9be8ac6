import { randomBytes } from 'node:crypto';
import { AwsError } from '../core/aws-error.ts';
import type { Database } from '../core/database.ts';
import type { BlobStore } from './blob-store.ts';
import type { Checksum, ChecksumAlgorithm, ChecksumType } from './checksums.ts';
import { LAST, type ObjectAttributes } from './object-store.ts';

export interface MultipartUpload extends ObjectAttributes {
  readonly id: string;
  readonly bucket: string;
  readonly key: string;
  readonly startedAt: number;
  readonly checksum?: { readonly algorithm: ChecksumAlgorithm; readonly type: ChecksumType };
}

export interface Part {
  readonly number: number;
  readonly etag: string;
  readonly size: number;
  readonly modifiedAt: number;
  readonly blob: string;
  readonly checksum?: Checksum;
}

export const noSuchUpload = (): AwsError =>
  new AwsError(
    'NoSuchUpload',
    404,
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
  );

/** The index of multipart uploads under way, and of their parts. */
export class MultipartStore {
  readonly #db: Database;
  readonly #blobs: BlobStore;

  constructor(db: Database, blobs: BlobStore) {
    this.#db = db;
    this.#blobs = blobs;
  }

  create(upload: Omit<MultipartUpload, 'id'>): string {
    const id = randomBytes(32).toString('base64url');
    this.#db
      .prepare(
        'INSERT INTO uploads (id, bucket, key, started_at, headers, metadata, tags, checksum_algorithm, checksum_type) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
      )
      .run(
        id,
        upload.bucket,
        upload.key,
        upload.startedAt,
        JSON.stringify(upload.headers),
        JSON.stringify(upload.metadata),
        JSON.stringify(upload.tags),
        upload.checksum?.algorithm ?? null,
        upload.checksum?.type ?? null,
      );
    return id;
  }

  /** The upload of that id for that key; @throws NoSuchUpload */
  get(bucket: string, key: string, id: string): MultipartUpload {
    const row = this.#db
      .prepare('SELECT * FROM uploads WHERE id = ? AND bucket = ? AND key = ?')
      .get(id, bucket, key);
    if (!row) throw noSuchUpload();
    return toUpload(row);
  }

  /** Puts a part in the place of an earlier one of its number; refused when the upload is over by now. */
  putPart(upload: MultipartUpload, part: Part): void {
    const replaced = this.#db.transaction(() => {
      this.get(upload.bucket, upload.key, upload.id);
      const before = this.#db
        .prepare('SELECT blob FROM parts WHERE upload_id = ? AND number = ?')
        .get(upload.id, part.number);
      this.#db
        .prepare(
          'INSERT OR REPLACE INTO parts (upload_id, number, etag, size, modified_at, blob, checksum) VALUES (?, ?, ?, ?, ?, ?, ?)',
        )
        .run(
          upload.id,
          part.number,
          part.etag,
          part.size,
          part.modifiedAt,
          part.blob,
          part.checksum ? JSON.stringify(part.checksum) : null,
        );
      return before?.['blob'] as string | undefined;
    });
    if (replaced) this.#discard([replaced]);
  }

  /** Parts in the order of their numbers. */
  parts(uploadId: string): Part[] {
    return this.#db
      .prepare('SELECT * FROM parts WHERE upload_id = ? ORDER BY number')
      .all(uploadId)
      .map(toPart);
  }

  /** Ends an upload; blobs of parts that the object did not take are deleted. Joins the caller's transaction. */
  finish(uploadId: string, taken: ReadonlySet<string>): void {
    const rest = this.parts(uploadId)
      .map((part) => part.blob)
      .filter((blob) => !taken.has(blob));
    if (this.#db.prepare('DELETE FROM uploads WHERE id = ?').run(uploadId).changes === 0)
      throw noSuchUpload();
    this.#discard(rest);
  }

  /** Uploads by key, then by start. */
  list(bucket: string, prefix: string): MultipartUpload[] {
    return this.#db
      .prepare('SELECT * FROM uploads WHERE bucket = ? AND key >= ? AND key < ? ORDER BY key, started_at, id')
      .all(bucket, prefix, prefix + LAST)
      .map(toUpload);
  }

  *blobNames(): Generator<string> {
    for (const row of this.#db.prepare('SELECT blob FROM parts').iterate()) yield row['blob'] as string;
  }

  #discard(blobs: readonly string[]): void {
    void this.#blobs.remove(blobs).catch(() => undefined);
  }
}

const toUpload = (row: Record<string, unknown>): MultipartUpload => ({
  id: row['id'] as string,
  bucket: row['bucket'] as string,
  key: row['key'] as string,
  startedAt: row['started_at'] as number,
  headers: JSON.parse(row['headers'] as string) as Record<string, string>,
  metadata: JSON.parse(row['metadata'] as string) as Record<string, string>,
  tags: JSON.parse(row['tags'] as string) as Record<string, string>,
  ...(row['checksum_algorithm']
    ? {
        checksum: {
          algorithm: row['checksum_algorithm'] as ChecksumAlgorithm,
          type: row['checksum_type'] as ChecksumType,
        },
      }
    : {}),
});

const toPart = (row: Record<string, unknown>): Part => ({
  number: row['number'] as number,
  etag: row['etag'] as string,
  size: row['size'] as number,
  modifiedAt: row['modified_at'] as number,
  blob: row['blob'] as string,
  ...(row['checksum'] ? { checksum: JSON.parse(row['checksum'] as string) as Checksum } : {}),
});
