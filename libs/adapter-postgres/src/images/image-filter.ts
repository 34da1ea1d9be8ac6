import { searchNeedles, type ImageFilter } from '@darkroom/domain';
import type { Position } from './cursor.ts';

/** A condition on `images` with its bindings in order. */
export interface Condition {
  readonly sql: string;
  readonly bindings: readonly (string | number | Date | string[])[];
}

export const all = (conditions: readonly Condition[]): Condition => ({
  sql: conditions.length === 0 ? 'true' : conditions.map(({ sql }) => sql).join(' and '),
  bindings: conditions.flatMap(({ bindings }) => bindings),
});

/** Deleted for good, or so long ago that it cannot come back: its row only waits for the cleanup. */
export const isOver = `status = 'deleted' and purge_after <= statement_timestamp()`;

/** What the list indexes answer: owner, category, status, time. */
export function plainConditions(filter: ImageFilter): readonly Condition[] {
  const { ownerId, categoryId, status = 'completed', from, before } = filter;
  const conditions: Condition[] = [{ sql: 'status = ?', bindings: [status] }];
  if (status === 'deleted') conditions.push({ sql: `not (${isOver})`, bindings: [] });
  if (ownerId !== undefined) conditions.push({ sql: 'owner_id = ?', bindings: [ownerId] });
  if (categoryId !== undefined) conditions.push({ sql: 'category_id = ?', bindings: [categoryId] });
  if (from !== undefined) conditions.push({ sql: 'created_at >= ?', bindings: [from] });
  if (before !== undefined) conditions.push({ sql: 'created_at < ?', bindings: [before] });
  return conditions;
}

/** Tags and search, as the GIN index `images_find_idx` finds them. */
export function findConditions({ tags = [], search = '' }: ImageFilter): readonly Condition[] {
  const tagged = tags.length === 0 ? [] : [{ sql: 'tags @> ?::text[]', bindings: [[...tags]] }];
  const found = searchNeedles(search).map((needle) => ({
    sql: 'search_text like ?',
    bindings: [`%${needle.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`],
  }));
  return [...tagged, ...found];
}

export function afterPosition({ createdAt, id }: Position): Condition {
  return { sql: '(created_at, id) < (?, ?)', bindings: [createdAt, id] };
}
