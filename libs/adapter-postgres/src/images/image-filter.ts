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

/** What the list indexes answer: owner, category, status, time. */
export function plainConditions(filter: ImageFilter): readonly Condition[] {
  const { ownerId, categoryId, status = 'completed', from, before } = filter;
  const conditions: Condition[] = [{ sql: 'status = ?', bindings: [status] }];
  if (ownerId !== undefined) conditions.push({ sql: 'owner_id = ?', bindings: [ownerId] });
  if (categoryId !== undefined) conditions.push({ sql: 'category_id = ?', bindings: [categoryId] });
  if (from !== undefined) conditions.push({ sql: 'created_at >= ?', bindings: [from] });
  if (before !== undefined) conditions.push({ sql: 'created_at < ?', bindings: [before] });
  return conditions;
}

/** Tags and search, as the GIN index `images_find_idx` finds them. */
export function indexedFindConditions(filter: ImageFilter): readonly Condition[] {
  const conditions: Condition[] = [];
  const { tags = [] } = filter;
  if (tags.length > 0) conditions.push({ sql: 'tags @> ?::text[]', bindings: [[...tags]] });
  return [...conditions, ...likeConditions('search_text', filter)];
}

/** The same, written so that no index but a list index can serve it: for walking a list in its order. */
export function walkedFindConditions(filter: ImageFilter): readonly Condition[] {
  const { tags = [] } = filter;
  const tagged = tags.map((tag): Condition => ({ sql: '? = any(tags)', bindings: [tag] }));
  return [...tagged, ...likeConditions(`(search_text || '')`, filter)];
}

export function afterPosition({ createdAt, id }: Position): Condition {
  return { sql: '(created_at, id) < (?, ?)', bindings: [createdAt, id] };
}

function likeConditions(text: string, { search = '' }: ImageFilter): readonly Condition[] {
  return searchNeedles(search).map((needle) => ({
    sql: `${text} like ?`,
    bindings: [`%${needle.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`],
  }));
}
