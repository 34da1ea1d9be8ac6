import type { Image, MaintenanceQueries } from '@darkroom/domain';
import { imageSelection, toImage, type ImageRow } from '../images/image-row.ts';
import type { Database } from '../database/connect.ts';

/** Sorts before every id, so that "after nothing" needs no query of its own. */
const beforeAllIds = '00000000-0000-0000-0000-000000000000';

export class PostgresMaintenanceQueries implements MaintenanceQueries {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async staleUploads(before: Date, afterId: string | undefined, limit: number): Promise<readonly Image[]> {
    return this.#page(
      `images where status in ('pending', 'uploading') and created_at < ?`,
      [before],
      afterId,
      limit,
    );
  }

  async stuckProcessing(before: Date, afterId: string | undefined, limit: number): Promise<readonly Image[]> {
    return this.#page(
      'image_work join images on images.id = image_work.image_id where images.updated_at < ?',
      [before],
      afterId,
      limit,
    );
  }

  async purgeable(now: Date, afterId: string | undefined, limit: number): Promise<readonly Image[]> {
    return this.#page(`images where status = 'deleted' and purge_after < ?`, [now], afterId, limit);
  }

  async withObjects(afterId: string | undefined, limit: number): Promise<readonly Image[]> {
    return this.#page(
      `images where status in ('completed', 'deleted') and original_key is not null`,
      [],
      afterId,
      limit,
    );
  }

  async misplaced(changedSince: Date, afterId: string | undefined, limit: number): Promise<readonly Image[]> {
    // Asked for every few minutes, and nearly always nothing: the images are not looked at then
    const ids = await this.#database.run(async (knex): Promise<number[]> =>
      knex('categories').where('visibility_changed_at', '>=', changedSince).pluck('id'),
    );
    if (ids.length === 0) return [];
    return this.#page(
      `images where status = 'completed' and category_id = any(?::int[]) and exists (
         select from image_variants v join categories c on c.id = images.category_id
         where v.image_id = images.id and (v.key like 'images/%') <> (c.visibility = 'public'))`,
      [ids],
      afterId,
      limit,
    );
  }

  async knownKeys(keys: readonly string[]): Promise<ReadonlySet<string>> {
    const { rows } = await this.#database.run((knex) =>
      knex.raw<{ rows: { key: string }[] }>(
        `with asked as (select unnest(?::text[]) as key)
         select key from asked where exists (select from images where incoming_key = asked.key)
           or exists (select from images where original_key = asked.key)
           or exists (select from image_variants v where v.key = asked.key)
           or exists (select from garbage g where g.key = asked.key and g.settled_at is null)`,
        [[...keys]],
      ),
    );
    return new Set(rows.map(({ key }) => key));
  }

  async #page(
    fromWhere: string,
    bindings: readonly (Date | number[])[],
    afterId: string | undefined,
    limit: number,
  ): Promise<readonly Image[]> {
    const { rows } = await this.#database.run((knex) =>
      knex.raw<{ rows: ImageRow[] }>(
        `select ${imageSelection} from ${fromWhere} and images.id > ? order by images.id limit ?`,
        [...bindings, afterId ?? beforeAllIds, limit],
      ),
    );
    return rows.map(toImage);
  }
}
