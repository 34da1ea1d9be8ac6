import type { Migration } from './migration.ts';

/** Endpoints, what each is to be told, and how every attempt went. */
const tables = `
create table webhook_endpoints (
  id uuid not null constraint webhook_endpoints_pkey primary key,
  owner_id text,
  url text not null,
  description text not null,
  event_types text[],
  secret text not null,
  previous_secret text,
  previous_secret_until timestamptz,
  paused_reason text constraint webhook_endpoints_paused_reason_check
    check (paused_reason in ('by_owner', 'gone', 'failing')),
  failing_since timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint webhook_endpoints_previous_secret_check
    check ((previous_secret is null) = (previous_secret_until is null))
);
create index webhook_endpoints_owner_id_idx on webhook_endpoints (owner_id, id);

create table webhook_deliveries (
  id uuid not null constraint webhook_deliveries_pkey primary key,
  endpoint_id uuid not null constraint webhook_deliveries_endpoint_id_fkey
    references webhook_endpoints (id) on delete cascade,
  event_id uuid,
  image_id uuid,
  type text not null,
  body text not null,
  state text not null constraint webhook_deliveries_state_check check (state in ('pending', 'delivered', 'dead')),
  attempts integer not null default 0,
  step integer not null default 0,
  due_at timestamptz,
  leased_until timestamptz,
  lease_token uuid,
  created_at timestamptz not null default now(),
  settled_at timestamptz,
  constraint webhook_deliveries_endpoint_id_event_id_key unique (endpoint_id, event_id),
  constraint webhook_deliveries_due_at_check check ((state = 'pending') = (due_at is not null)),
  constraint webhook_deliveries_settled_at_check check ((state = 'pending') = (settled_at is null))
) with (fillfactor = 80);
create index webhook_deliveries_endpoint_id_idx on webhook_deliveries (endpoint_id, id desc);
create index webhook_deliveries_due_idx on webhook_deliveries (endpoint_id, due_at) where state = 'pending';
create index webhook_deliveries_leased_idx on webhook_deliveries (endpoint_id, leased_until)
  where state = 'pending' and leased_until is not null;
create index webhook_deliveries_created_at_idx on webhook_deliveries (created_at);

create table webhook_attempts (
  delivery_id uuid not null constraint webhook_attempts_delivery_id_fkey
    references webhook_deliveries (id) on delete cascade,
  number integer not null,
  at timestamptz not null,
  duration_ms integer not null,
  status integer,
  error text,
  response text,
  constraint webhook_attempts_pkey primary key (delivery_id, number)
);
`;

export const webhooks: Migration = { id: '20261122193000-webhooks', sql: tables };
