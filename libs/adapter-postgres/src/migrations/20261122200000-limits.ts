import type { Migration } from './migration.ts';

/** What an ETag is made of: rows from before count from 1. */
const versions = `
alter table images add column version integer not null default 1;
`;

const requestKeys = `
create table request_keys (
  owner_id text not null,
  key text not null,
  fingerprint text not null,
  image_id uuid not null,
  expires_at timestamptz not null,
  constraint request_keys_pkey primary key (owner_id, key)
);
create index request_keys_expires_at_idx on request_keys (expires_at);
`;

/** Null: without a limit. An owner without a row has the default of the API's settings. */
const quotas = `
create table owner_quotas (
  owner_id text not null constraint owner_quotas_pkey primary key,
  max_images bigint constraint owner_quotas_max_images_check check (max_images >= 0),
  max_bytes bigint constraint owner_quotas_max_bytes_check check (max_bytes >= 0),
  updated_at timestamptz not null default now()
);
`;

/**
 * Unlogged: a count costs no flush, and after a crash of the database counting begins anew. Columns as rate-limiter-flexible
 * wants them: \`expire\` in milliseconds since 1970.
 */
const rateLimits = `
create unlogged table rate_limits (
  key varchar(255) not null constraint rate_limits_pkey primary key,
  points integer not null default 0,
  expire bigint
) with (fillfactor = 50);
`;

export const limits: Migration = {
  id: '20261122200000-limits',
  sql: [versions, requestKeys, quotas, rateLimits].join('\n'),
};
