import { countedStatuses, type Quota, type QuotaRepository, type Usage } from '@darkroom/domain';
import type { Knex } from 'knex';
import type { Database } from '../database/connect.ts';

interface QuotaRow {
  readonly max_images: string | null;
  readonly max_bytes: string | null;
}

const numberOf = (text: string | null): number | null => (text === null ? null : Number(text));

/** The owner's own quota, where they have one. */
export async function quotaOf(knex: Knex, ownerId: string): Promise<Quota | undefined> {
  const { rows } = await knex.raw<{ rows: QuotaRow[] }>(
    'select max_images, max_bytes from owner_quotas where owner_id = ?',
    [ownerId],
  );
  return rows[0] && { maxImages: numberOf(rows[0].max_images), maxBytes: numberOf(rows[0].max_bytes) };
}

export async function usageOf(knex: Knex, ownerId: string, statuses: readonly string[]): Promise<Usage> {
  const { rows } = await knex.raw<{ rows: { images: string; bytes: string }[] }>(
    `select coalesce(sum(count), 0) as images, coalesce(sum(bytes), 0) as bytes
     from image_counters where owner_id = ? and status = any(?)`,
    [ownerId, [...statuses]],
  );
  return { images: Number(rows[0]?.images), bytes: Number(rows[0]?.bytes) };
}

export class PostgresQuotaRepository implements QuotaRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async get(ownerId: string): Promise<Quota | undefined> {
    return this.#database.run((knex) => quotaOf(knex, ownerId));
  }

  async put(ownerId: string, { maxImages, maxBytes }: Quota): Promise<void> {
    await this.#database.run((knex) =>
      knex('owner_quotas')
        .insert({ owner_id: ownerId, max_images: maxImages, max_bytes: maxBytes, updated_at: knex.fn.now() })
        .onConflict('owner_id')
        .merge(),
    );
  }

  async remove(ownerId: string): Promise<boolean> {
    const removed = await this.#database.run((knex) =>
      knex('owner_quotas').where('owner_id', ownerId).delete(),
    );
    return removed > 0;
  }

  async usage(ownerId: string): Promise<Usage> {
    return this.#database.run((knex) => usageOf(knex, ownerId, countedStatuses));
  }
}
