import type { Migration } from './migration.ts';

/** Secrets replaced before the previous one, which are valid still: `[{secret, until}]`, newest first. */
export const olderSecrets: Migration = {
  id: '20261126231500-older-secrets',
  sql: `alter table webhook_endpoints add column older_secrets jsonb not null default '[]';`,
};
