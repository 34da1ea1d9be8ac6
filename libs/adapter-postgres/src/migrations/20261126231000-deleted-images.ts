import type { Migration } from './migration.ts';

/** Deleted images whose time is over are neither listed nor counted: this finds those that the cleanup has yet to remove. */
export const deletedImages: Migration = {
  id: '20261126231000-deleted-images',
  sql: `create index if not exists images_purge_after_idx on images (purge_after) where status = 'deleted';`,
};
