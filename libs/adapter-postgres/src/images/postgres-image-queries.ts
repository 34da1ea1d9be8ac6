import type { ImageStatus, TimelineType } from '@darkroom/contracts';
import { isId } from '@darkroom/kernel';
import type {
  Image,
  ImageFilter,
  ImagePage,
  ImageQueries,
  Overview,
  PageStart,
  TimelineEntry,
} from '@darkroom/domain';
import type { Knex } from 'knex';
import type { Database } from '../database/connect.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import {
  afterPosition,
  all,
  findConditions,
  isOver,
  plainConditions,
  type Condition,
} from './image-filter.ts';
import { imageSelection, toImage, type ImageRow } from './image-row.ts';

/** Counting stops here; below it, matches are few enough to be sorted. */
export const countLimit = 10_000;

const searched = ({ search = '', tags = [] }: ImageFilter): boolean =>
  search.trim() !== '' || tags.length > 0;

export class PostgresImageQueries implements ImageQueries {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async list(filter: ImageFilter, start: PageStart, pageSize: number): Promise<ImagePage> {
    const after = 'cursor' in start ? decodeCursor(start.cursor, filter) : undefined;
    const offset = 'page' in start ? (start.page - 1) * pageSize : 0;
    return this.#reading(filter, async (knex) => {
      const count = await countOf(knex, filter);
      const position = after === undefined ? [] : [afterPosition(after)];
      const found = all([...plainConditions(filter), ...findConditions(filter), ...position]);
      const ids = searched(filter) && count < countLimit ? sorted(found) : walked(found);
      if (searched(filter) && count >= countLimit) await knex.raw(walkOnly);
      const { rows } = await knex.raw<{ rows: ImageRow[] }>(
        `with page as (${ids.sql} order by created_at desc, id desc offset ? limit ?)
         select ${imageSelection} from page join images on images.id = page.id
         order by page.created_at desc, page.id desc`,
        [...ids.bindings, offset, pageSize + 1],
      );
      const items = rows.slice(0, pageSize).map(toImage);
      const last = items.at(-1);
      const nextCursor =
        rows.length > pageSize && last !== undefined ? encodeCursor(last, filter) : undefined;
      return { items, count, nextCursor };
    });
  }

  /**
   * Searches get a transaction of their own for their settings: memory for an exact bitmap (with the default 4 MB Postgres
   * keeps pages instead of rows, and looks at all texts of a page again), and `walkOnly`.
   */
  #reading<T>(filter: ImageFilter, work: (knex: Knex) => Promise<T>): Promise<T> {
    if (!searched(filter)) return this.#database.run(work);
    return this.#database.transaction(async (trx) => {
      await trx.raw(`set local work_mem = '64MB'`);
      return work(trx);
    });
  }

  async overview(ownerId: string | undefined): Promise<Overview> {
    const owned = ownerId === undefined ? 'true' : 'owner_id = ?';
    const { rows } = await this.#database.run((knex) =>
      knex.raw<{ rows: { name: string; status: ImageStatus; count: string; bytes: string }[] }>(
        `(select categories.name, c.status, sum(c.count) as count, sum(c.bytes) as bytes
          from image_counters c join categories on categories.id = c.category_id
          where ${owned}
          group by categories.id, c.status having sum(c.count) > 0
          order by categories.id, c.status)
         union all
         select null, 'deleted', -count(*), 0 from images where ${isOver} and ${owned} having count(*) > 0`,
        ownerId === undefined ? [] : [ownerId, ownerId],
      ),
    );
    const byStatus = new Map<ImageStatus, number>();
    for (const { status, count } of rows) byStatus.set(status, (byStatus.get(status) ?? 0) + Number(count));
    const byCategory = rows
      .filter(({ status }) => status === 'completed')
      .map(({ name, count, bytes }) => ({ name, count: Number(count), totalSize: Number(bytes) }));
    return {
      totalImages: byStatus.get('completed') ?? 0,
      totalSize: byCategory.reduce((sum, { totalSize }) => sum + totalSize, 0),
      byCategory,
      byStatus: [...byStatus].filter(([, count]) => count > 0).map(([status, count]) => ({ status, count })),
    };
  }

  async timeline(imageId: string, afterSeq: number): Promise<readonly TimelineEntry[]> {
    if (!isId(imageId)) return [];
    const { rows } = await this.#database.run((knex) =>
      knex.raw<{ rows: { seq: number; type: TimelineType; at: Date; detail: TimelineEntry['detail'] }[] }>(
        'select seq, type, at, detail from image_timeline where image_id = ? and seq > ? order by seq',
        [imageId, afterSeq],
      ),
    );
    return rows.map(({ seq, type, at, detail }) => ({ seq, type, at, detail }));
  }

  async findCompletedBySha256(ownerId: string, sha256: string): Promise<Image | undefined> {
    const { rows } = await this.#database.run((knex) =>
      knex.raw<{ rows: ImageRow[] }>(
        `select ${imageSelection} from images
         where owner_id = ? and sha256 = ? and status = 'completed' order by created_at desc, id desc limit 1`,
        [ownerId, sha256],
      ),
    );
    return rows[0] && toImage(rows[0]);
  }
}

/** Found through GIN, all of them, then put in order: for matches that are few. */
const sorted = ({ sql, bindings }: Condition): Condition => ({
  sql: `with matches as materialized (select id, created_at from images where ${sql})
        select id, created_at from matches`,
  bindings,
});

/** Walked along a list index, newest first, until the page is full: for matches that are many. */
const walked = ({ sql, bindings }: Condition): Condition => ({
  sql: `select id, created_at from images where ${sql}`,
  bindings,
});

/** The planner cannot know that matches are many, and would collect and sort all of them. */
const walkOnly = `select set_config('enable_bitmapscan', 'off', true), set_config('enable_seqscan', 'off', true),
  set_config('enable_sort', 'off', true)`;

/** From the counters where they know it; else by index, exactly up to {@link countLimit} and no further. */
async function countOf(knex: Knex, filter: ImageFilter): Promise<number> {
  const { from, before, ownerId, categoryId, status = 'completed' } = filter;
  // Counters know nothing of the time in which a deleted image can come back
  const counted = !searched(filter) && from === undefined && before === undefined && status !== 'deleted';
  const conditions = counted
    ? all(plainConditions({ ownerId, categoryId, status }))
    : all([...plainConditions(filter), ...findConditions(filter)]);
  const { rows } = await knex.raw<{ rows: { count: string }[] }>(
    counted
      ? `select coalesce(sum(count), 0) as count from image_counters where ${conditions.sql}`
      : `select count(*) as count from (select from images where ${conditions.sql} limit ${countLimit}) as found`,
    conditions.bindings,
  );
  return Number(rows[0]?.count ?? 0);
}
