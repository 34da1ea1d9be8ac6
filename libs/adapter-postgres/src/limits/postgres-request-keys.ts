import type { HeldRequest, Image, RequestClaim, RequestKeys } from '@darkroom/domain';
import { AppError } from '@darkroom/kernel';
import type { Knex } from 'knex';
import type { Database } from '../database/connect.ts';

export class PostgresRequestKeys implements RequestKeys {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async find(ownerId: string, key: string, now: Date): Promise<HeldRequest | undefined> {
    const { rows } = await this.#database.run((knex) =>
      knex.raw<{ rows: { fingerprint: string; image_id: string }[] }>(
        'select fingerprint, image_id from request_keys where owner_id = ? and key = ? and expires_at > ?',
        [ownerId, key, now],
      ),
    );
    return rows[0] && { fingerprint: rows[0].fingerprint, imageId: rows[0].image_id };
  }
}

/**
 * Takes the key for the owner's new image, or throws `conflict`. A twin that is under way holds the row: this waits for its
 * commit, and goes on where it is rolled back.
 */
export async function claimRequestKey(
  trx: Knex.Transaction,
  { id, ownerId, createdAt }: Image,
  { key, fingerprint, expiresAt }: RequestClaim,
): Promise<void> {
  const { rowCount } = await trx.raw<{ rowCount: number }>(
    `insert into request_keys as held (owner_id, key, fingerprint, image_id, expires_at) values (?, ?, ?, ?, ?)
     on conflict on constraint request_keys_pkey do update
       set fingerprint = excluded.fingerprint, image_id = excluded.image_id, expires_at = excluded.expires_at
       where held.expires_at <= ?`,
    [ownerId, key, fingerprint, id, expiresAt, createdAt],
  );
  if (rowCount === 0) {
    throw new AppError('conflict', 'the owner has used this request key', { reason: 'request_key_taken' });
  }
}
