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

export class PostgresGarbageRepository implements GarbageRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async takeDue(now: Date, limit: number): Promise<readonly Garbage[]> {
    const { rows } = await this.#database.run((knex) =>
      knex.raw<{ rows: { key: string; due_at: Date }[] }>(
        `with due as (
           select key from garbage
           where settled_at is null and due_at <= ? and (locked_until is null or locked_until <= ?)
             and not (${pointedAt})
           order by due_at, key limit ? for update skip locked
         ), taken as (
           update garbage set locked_until = ? from due where garbage.key = due.key
           returning garbage.key, garbage.due_at
         )
         select key, due_at from taken order by due_at, key`,
        [now, now, limit, new Date(now.getTime() + lockMs)],
      ),
    );
    return rows.map(({ key, due_at }) => ({ key, dueAt: due_at }));
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
