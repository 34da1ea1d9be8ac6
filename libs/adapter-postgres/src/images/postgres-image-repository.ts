import { isId } from '@darkroom/kernel';
import type { Image, ImageChange, ImageRepository, InsertTerms, Quota } from '@darkroom/domain';
import type { Knex } from 'knex';
import type { Database } from '../database/connect.ts';
import { hasRoom, holdToQuota } from '../limits/hold-to-quota.ts';
import { claimRequestKey } from '../limits/postgres-request-keys.ts';
import { applyCounters } from './counters.ts';
import { imageSelection, toImage, type ImageRow } from './image-row.ts';
import { writeChange } from './write-change.ts';

/** Told after each commit that appended to the event log; returns at once and never throws. `EventNotifier` is one. */
export interface AppendListener {
  appended(): void;
}

export class PostgresImageRepository implements ImageRepository {
  readonly #database: Database;
  readonly #listener: AppendListener;
  readonly #onChange: ((change: ImageChange) => void) | undefined;

  constructor(database: Database, listener: AppendListener, onChange?: (change: ImageChange) => void) {
    this.#database = database;
    this.#listener = listener;
    this.#onChange = onChange;
  }

  async insert(change: ImageChange, { quota, request }: InsertTerms = {}): Promise<void> {
    const { image } = change;
    const isLimited =
      quota !== undefined && (await this.#database.run((knex) => hasRoom(knex, quota, image)));
    await this.#database.transaction(async (trx) => {
      if (request !== undefined) await claimRequestKey(trx, image, request);
      await writeChange(trx, undefined, change);
      if (isLimited) await holdToQuota(trx, quota, undefined, image);
    });
    this.#tell(change);
  }

  async get(id: string): Promise<Image | undefined> {
    if (!isId(id)) return undefined;
    return this.#database.run((knex) => selectOne(knex, 'images.id = ?', id));
  }

  async findByIncomingKey(key: string): Promise<Image | undefined> {
    return this.#database.run((knex) => selectOne(knex, 'images.incoming_key = ?', key));
  }

  async update(
    id: string,
    decide: (image: Image) => ImageChange | undefined,
    quota?: Quota,
  ): Promise<Image | undefined> {
    if (!isId(id)) return undefined;
    const { image, change } = await this.#database.transaction(async (trx) => {
      const current = await lockOne(trx, id);
      const decided = current && decide(current);
      if (decided !== undefined) {
        await writeChange(trx, current, decided);
        if (quota !== undefined) await holdToQuota(trx, quota, current, decided.image);
      }
      return { image: decided?.image ?? current, change: decided };
    });
    if (change !== undefined) this.#tell(change);
    return image;
  }

  async remove(id: string): Promise<void> {
    if (!isId(id)) return;
    await this.#database.transaction(async (trx) => {
      const image = await lockOne(trx, id);
      if (image?.status !== 'deleted') return;
      await trx('images').where('id', id).delete();
      await applyCounters(trx, image, undefined);
    });
  }

  #tell(change: ImageChange): void {
    const { events, timeline } = change;
    this.#onChange?.(change);
    if (events.length > 0 || timeline.length > 0) this.#listener.appended();
  }
}

async function selectOne(knex: Knex, condition: string, value: string): Promise<Image | undefined> {
  const { rows } = await knex.raw<{ rows: ImageRow[] }>(
    `select ${imageSelection} from images where ${condition}`,
    [value],
  );
  return rows[0] && toImage(rows[0]);
}

/**
 * Two statements: the first waits for the lock, the second then sees all that was committed before it was granted,
 * variants included. One statement would read them by a snapshot older than the lock.
 */
async function lockOne(trx: Knex.Transaction, id: string): Promise<Image | undefined> {
  const locked = await trx.raw<{ rows: unknown[] }>('select from images where id = ? for update', [id]);
  return locked.rows.length === 0 ? undefined : selectOne(trx, 'images.id = ?', id);
}
