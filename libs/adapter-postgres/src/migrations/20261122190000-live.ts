import type { Migration } from './migration.ts';

/**
 * A record of the log carries an event, the place of a timeline entry, or both (ADR 7). One without an event lies in no
 * partition: no group ever sees it.
 */
const log = `
alter table event_log
  alter column event_id drop not null,
  alter column image_seq drop not null,
  alter column partition drop not null,
  alter column type drop not null,
  alter column data drop not null,
  add column timeline_seq integer,
  add constraint event_log_event_check
    check (num_nulls(event_id, image_seq, partition, type, data) in (0, 5)),
  add constraint event_log_content_check check (event_id is not null or timeline_seq is not null);
create index event_log_owner_id_log_offset_idx on event_log (owner_id, log_offset)
  where log_offset is not null and timeline_seq is not null;

-- The greatest offset that was ever pruned: who has read up to there has missed nothing.
alter table event_log_head add column pruned_to bigint not null default 0;
`;

const tickets = `
create table stream_tickets (
  hash bytea not null constraint stream_tickets_pkey primary key,
  owner_id text not null,
  scope text,
  is_admin boolean not null,
  token_expires_at timestamptz,
  expires_at timestamptz not null
);
create index stream_tickets_expires_at_idx on stream_tickets (expires_at);
`;

export const live: Migration = {
  id: '20261122190000-live',
  sql: [log, tickets].join('\n'),
};
