import type { Migration } from './migration.ts';

/** What a one-shot process did can only be told by others: its counts are kept here. */
export const cleanupRuns: Migration = {
  id: '20261122203000-cleanup-runs',
  sql: `
create table cleanup_counts (
  task text not null,
  action text not null,
  count bigint not null,
  constraint cleanup_counts_pkey primary key (task, action)
);

create table cleanup_runs (
  task text not null constraint cleanup_runs_pkey primary key,
  succeeded_at timestamptz not null
);
`,
};
