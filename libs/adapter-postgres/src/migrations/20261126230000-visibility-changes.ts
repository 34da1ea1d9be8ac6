import type { Migration } from './migration.ts';

/** Where it changed lately, the cleanup looks for variants that lie in the wrong place. */
export const visibilityChanges: Migration = {
  id: '20261126230000-visibility-changes',
  sql: 'alter table categories add column visibility_changed_at timestamptz;',
};
