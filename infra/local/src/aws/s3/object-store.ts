import { AwsError } from '../core/aws-error.ts';
import type { Database } from '../core/database.ts';
import type { Blob, BlobStore } from './blob-store.ts';
import type { Checksum } from './checksums.ts';

/** What an object carries besides its bytes. */
export interface ObjectAttributes {
  /** Stored response headers by lower-cased name: Content-Type, Cache-Control, … */
  readonly headers: Readonly<Record<string, string>>;
  /** `x-amz-meta-*`, without the prefix. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
}

export interface StoredObject extends ObjectAttributes {
  readonly bucket: string;
  readonly key: string;
  /** Hex, without quotes. */
  readonly etag: string;
  readonly size: number;
  readonly modifiedAt: number;
  readonly blobs: readonly Blob[];
  readonly checksum?: Checksum;
}

/** `If-None-Match: *` and `If-Match` of a write. */
export interface WritePrecondition {
  readonly absent?: boolean;
  readonly etag?: string;
}

export type ObjectEvent =
  | 'ObjectCreated:Put'
  | 'ObjectCreated:Post'
  | 'ObjectCreated:Copy'
  | 'ObjectCreated:CompleteMultipartUpload'
  | 'ObjectRemoved:Delete';

/** Told of every change within its transaction, so that object and notification stand or fall together. */
export type ObjectListener = (event: ObjectEvent, object: StoredObject, sequencer: string) => void;

/** The index of objects. All of it is synchronous: a precondition is decided in the same turn as its write. */
export class ObjectStore {
  readonly #db: Database;
  readonly #blobs: BlobStore;
  readonly #listener: ObjectListener;

  constructor(db: Database, blobs: BlobStore, listener: ObjectListener) {
    this.#db = db;
    this.#blobs = blobs;
    this.#listener = listener;
  }

  find(bucket: string, key: string): StoredObject | undefined {
    const row = this.#db.prepare('SELECT * FROM objects WHERE bucket = ? AND key = ?').get(bucket, key);
    return row && toObject(row);
  }

  /** Puts the object in the place of what had its key, if the precondition holds; `also` joins the transaction. */
  put(object: StoredObject, event: ObjectEvent, precondition: WritePrecondition, also?: () => void): void {
    const replaced = this.#db.transaction(() => {
      const before = this.find(object.bucket, object.key);
      assertPrecondition(before, precondition);
      this.#db
        .prepare(
          'INSERT OR REPLACE INTO objects (bucket, key, etag, size, modified_at, blobs, headers, metadata, checksum, tags) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
        )
        .run(
          object.bucket,
          object.key,
          object.etag,
          object.size,
          object.modifiedAt,
          JSON.stringify(object.blobs),
          JSON.stringify(object.headers),
          JSON.stringify(object.metadata),
          object.checksum ? JSON.stringify(object.checksum) : null,
          JSON.stringify(object.tags),
        );
      also?.();
      this.#listener(event, object, this.#nextSequencer());
      return before;
    });
    this.#discard(replaced);
  }

  setTags(bucket: string, key: string, tags: Readonly<Record<string, string>>): void {
    this.#db
      .prepare('UPDATE objects SET tags = ? WHERE bucket = ? AND key = ?')
      .run(JSON.stringify(tags), bucket, key);
  }

  /** Deletes the object if it is there and, where given, still has that ETag. */
  remove(bucket: string, key: string, precondition: WritePrecondition = {}): void {
    const removed = this.#db.transaction(() => {
      const before = this.find(bucket, key);
      if (before) assertPrecondition(before, precondition);
      if (!before) return undefined;
      this.#db.prepare('DELETE FROM objects WHERE bucket = ? AND key = ?').run(bucket, key);
      this.#listener('ObjectRemoved:Delete', before, this.#nextSequencer());
      return before;
    });
    this.#discard(removed);
  }

  /** Up to `limit` objects in key order (bytes of UTF-8), after `after`, under `prefix`. */
  page(bucket: string, prefix: string, after: string, limit: number): StoredObject[] {
    const end = prefix + LAST;
    return this.#db
      .prepare(
        'SELECT * FROM objects WHERE bucket = ? AND key > ? AND key >= ? AND key < ? ORDER BY key LIMIT ?',
      )
      .all(bucket, after, prefix, end, limit)
      .map(toObject);
  }

  /** Names of all blobs that objects hold. */
  *blobNames(): Generator<string> {
    for (const row of this.#db.prepare('SELECT blobs FROM objects').iterate()) {
      for (const blob of JSON.parse(row['blobs'] as string) as Blob[]) yield blob.name;
    }
  }

  #nextSequencer(): string {
    const row = this.#db.prepare('UPDATE sequencer SET value = value + 1 RETURNING value').get();
    return (row?.['value'] as number).toString(16).toUpperCase().padStart(18, '0');
  }

  #discard(object: StoredObject | undefined): void {
    // A failure leaves a blob that no row names, which the next start sweeps.
    if (object) void this.#blobs.remove(object.blobs.map((blob) => blob.name)).catch(() => undefined);
  }
}

/** Sorts after every other character, so `prefix + LAST` is where the keys under a prefix end. */
export const LAST = '\u{10ffff}';

const assertPrecondition = (before: StoredObject | undefined, precondition: WritePrecondition): void => {
  if (precondition.absent && before) throw preconditionFailed('If-None-Match');
  if (precondition.etag === undefined) return;
  if (!before) throw new AwsError('NoSuchKey', 404, 'The specified key does not exist.');
  if (precondition.etag !== '*' && precondition.etag !== before.etag) throw preconditionFailed('If-Match');
};

export const preconditionFailed = (condition: string): AwsError =>
  new AwsError('PreconditionFailed', 412, 'At least one of the pre-conditions you specified did not hold', {
    Condition: condition,
  });

const toObject = (row: Record<string, unknown>): StoredObject => ({
  bucket: row['bucket'] as string,
  key: row['key'] as string,
  etag: row['etag'] as string,
  size: row['size'] as number,
  modifiedAt: row['modified_at'] as number,
  blobs: JSON.parse(row['blobs'] as string) as Blob[],
  headers: JSON.parse(row['headers'] as string) as Record<string, string>,
  metadata: JSON.parse(row['metadata'] as string) as Record<string, string>,
  tags: JSON.parse(row['tags'] as string) as Record<string, string>,
  ...(row['checksum'] ? { checksum: JSON.parse(row['checksum'] as string) as Checksum } : {}),
});
