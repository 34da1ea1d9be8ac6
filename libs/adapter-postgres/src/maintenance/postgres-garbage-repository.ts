import type { Garbage, GarbageRepository } from '@darkroom/domain';
import type { Database } from '../database/connect.ts';

const lockMs = 60_000;
/** How long it is remembered that a key was removed: far longer than any claim on an image's variants may last. */
const rememberedFor = '1 day';

/** An image points at its original and its variants until it is deleted, and at its incoming key until it is settled. */
const pointedAt = `
  exists (select from images where original_key = garbage.key and status <> 'deleted')
  or exists (select from images where incoming_key = garbage.key and status in ('pending', 'uploading'))
  or exists (select from image_variants v join images on images.id = v.image_id
             where v.key = garbage.key and images.status <> 'deleted')`;

/** Bindings: now, now, limit. */
const due = `
  select key, due_at from garbage
  where settled_at is null and due_at <= ? and (locked_until is null or locked_until <= ?)
    and not (${pointedAt})
  order by due_at, key limit ?`;

interface DueRow {
  readonly key: string;
  readonly due_at: Date;
}

const toGarbage = ({ key, due_at }: DueRow): Garbage => ({ key, dueAt: due_at });

export class PostgresGarbageRepository implements GarbageRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async listDue(now: Date, limit: number): Promise<readonly Garbage[]> {
    const { rows } = await this.#database.run((knex) =>
      knex.raw<{ rows: DueRow[] }>(`select key, due_at from (${due}) as due order by due_at, key`, [
        now,
        now,
        limit,
      ]),
    );
    return rows.map(toGarbage);
  }

  async takeDue(now: Date, limit: number): Promise<readonly Garbage[]> {
    const { rows } = await this.#database.run((knex) =>
      knex.raw<{ rows: DueRow[] }>(
        `with due as (${due} for update skip locked), taken as (
           update garbage set locked_until = ? from due where garbage.key = due.key
           returning garbage.key, garbage.due_at
         )
         select key, due_at from taken order by due_at, key`,
        [now, now, limit, new Date(now.getTime() + lockMs)],
      ),
    );
    return rows.map(toGarbage);
  }

  /** The rows stay for a day, marked: a worker that put one of these keys meanwhile must learn of it. */
  async settle(keys: readonly string[]): Promise<void> {
    await this.#database.run(async (knex) => {
      await knex.raw(
        `update garbage set settled_at = clock_timestamp(), locked_until = null
         where key in (select key from garbage where key = any(?::text[]) order by key for update)`,
        [[...keys]],
      );
      await knex.raw(`delete from garbage where settled_at < now() - interval '${rememberedFor}'`);
    });
  }
}
