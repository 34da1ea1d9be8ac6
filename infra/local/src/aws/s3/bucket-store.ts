import { AwsError } from '../core/aws-error.ts';
import type { Database } from '../core/database.ts';

/** What can be configured on a bucket; each is stored as one JSON document. */
export type BucketSetting =
  'cors' | 'policy' | 'lifecycle' | 'notification' | 'publicAccessBlock' | 'tagging';

export interface Bucket {
  readonly name: string;
  readonly createdAt: number;
}

/** S3's "General purpose bucket naming rules". */
const NAME =
  /^(?!xn--|sthree-)(?!.*(-s3alias|--ol-s3|\.mrap|--x-s3)$)(?!\d+\.\d+\.\d+\.\d+$)(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

export class BucketStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Creates a bucket; one that is there already is the caller's own, since there is one account. */
  create(name: string, now: number): void {
    if (!NAME.test(name))
      throw new AwsError('InvalidBucketName', 400, 'The specified bucket is not valid.', {
        BucketName: name,
      });
    this.#db.transaction(() => {
      if (this.find(name)) {
        throw new AwsError(
          'BucketAlreadyOwnedByYou',
          409,
          'Your previous request to create the named bucket succeeded and you already own it.',
          { BucketName: name },
        );
      }
      this.#db.prepare('INSERT INTO buckets (name, created_at) VALUES (?, ?)').run(name, now);
      // What AWS sets on every new bucket since April 2023.
      this.putSetting(name, 'publicAccessBlock', {
        BlockPublicAcls: 'true',
        IgnorePublicAcls: 'true',
        BlockPublicPolicy: 'true',
        RestrictPublicBuckets: 'true',
      });
    });
  }

  find(name: string): Bucket | undefined {
    const row = this.#db.prepare('SELECT name, created_at FROM buckets WHERE name = ?').get(name);
    return row && { name: row['name'] as string, createdAt: row['created_at'] as number };
  }

  list(): Bucket[] {
    return this.#db
      .prepare('SELECT name, created_at FROM buckets ORDER BY name')
      .all()
      .map((row) => ({ name: row['name'] as string, createdAt: row['created_at'] as number }));
  }

  /** Deletes an empty bucket with its settings. */
  remove(name: string): void {
    this.#db.transaction(() => {
      const holds = (table: string) =>
        this.#db.prepare(`SELECT 1 FROM ${table} WHERE bucket = ? LIMIT 1`).get(name);
      if (holds('objects') ?? holds('uploads')) {
        throw new AwsError('BucketNotEmpty', 409, 'The bucket you tried to delete is not empty', {
          BucketName: name,
        });
      }
      this.#db.prepare('DELETE FROM buckets WHERE name = ?').run(name);
    });
  }

  setting<T>(bucket: string, kind: BucketSetting): T | undefined {
    const row = this.#db
      .prepare('SELECT value FROM bucket_settings WHERE bucket = ? AND kind = ?')
      .get(bucket, kind);
    return row && (JSON.parse(row['value'] as string) as T);
  }

  putSetting(bucket: string, kind: BucketSetting, value: unknown): void {
    this.#db
      .prepare(
        'INSERT INTO bucket_settings (bucket, kind, value) VALUES (?, ?, ?) ON CONFLICT (bucket, kind) DO UPDATE SET value = excluded.value',
      )
      .run(bucket, kind, JSON.stringify(value));
  }

  removeSetting(bucket: string, kind: BucketSetting): void {
    this.#db.prepare('DELETE FROM bucket_settings WHERE bucket = ? AND kind = ?').run(bucket, kind);
  }
}
