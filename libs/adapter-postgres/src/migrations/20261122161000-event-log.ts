import { partitionCount } from '@darkroom/contracts';
import type { Migration } from './migration.ts';

/** Appended to by whoever changes an image; `log_offset` is given afterwards, by sequencing (ADR 2). */
const log = `
create table event_log (
  id bigint generated always as identity constraint event_log_pkey primary key,
  event_id uuid not null constraint event_log_event_id_key unique,
  image_id uuid not null,
  image_seq integer not null constraint event_log_image_seq_check check (image_seq > 0),
  owner_id text not null,
  partition smallint not null
    constraint event_log_partition_check check (partition >= 0 and partition < ${partitionCount}),
  type text not null,
  time timestamptz not null,
  traceparent text,
  data jsonb not null,
  log_offset bigint,
  appended_at timestamptz not null default clock_timestamp(),
  constraint event_log_image_id_image_seq_key unique (image_id, image_seq)
) with (fillfactor = 90);
create unique index event_log_log_offset_key on event_log (log_offset) where log_offset is not null;
create index event_log_partition_log_offset_idx on event_log (partition, log_offset) where log_offset is not null;
create index event_log_unsequenced_idx on event_log (id) where log_offset is null;

-- One row: the offset that the next event gets.
create table event_log_head (
  singleton boolean not null default true constraint event_log_head_pkey primary key
    constraint event_log_head_singleton_check check (singleton),
  next_offset bigint not null
);
insert into event_log_head (next_offset) values (1);
`;

const groups = `
create table event_groups (
  name text not null constraint event_groups_pkey primary key,
  created_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now()
);

create table event_group_members (
  group_name text not null constraint event_group_members_group_name_fkey
    references event_groups (name) on delete cascade,
  member_id uuid not null,
  expires_at timestamptz not null,
  constraint event_group_members_pkey primary key (group_name, member_id)
) with (fillfactor = 50);

-- Everything of the partition below next_offset is done. Who holds the token until the lease ends may advance it.
create table event_group_offsets (
  group_name text not null constraint event_group_offsets_group_name_fkey
    references event_groups (name) on delete cascade,
  partition smallint not null,
  next_offset bigint not null,
  member_id uuid,
  holder_token uuid,
  lease_until timestamptz,
  constraint event_group_offsets_pkey primary key (group_name, partition)
) with (fillfactor = 50);
`;

const deliveries = `
create table deliveries (
  id uuid not null constraint deliveries_pkey primary key,
  group_name text not null,
  event_key text not null,
  state text not null constraint deliveries_state_check check (state in ('waiting', 'dead')),
  code text,
  partition smallint not null,
  record_offset bigint not null,
  record_key text,
  headers jsonb not null,
  value bytea not null,
  image_id uuid,
  event_type text,
  attempts integer not null,
  last_error text not null,
  due_at timestamptz,
  leased_until timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint deliveries_group_name_event_key_key unique (group_name, event_key),
  constraint deliveries_due_at_check check ((state = 'waiting') = (due_at is not null))
);
create index deliveries_due_idx on deliveries (group_name, due_at) where state = 'waiting';
create index deliveries_dead_idx on deliveries (id desc) where state = 'dead';
create index deliveries_image_id_idx on deliveries (image_id);
`;

export const eventLog: Migration = {
  id: '20261122161000-event-log',
  sql: [log, groups, deliveries].join('\n'),
};
