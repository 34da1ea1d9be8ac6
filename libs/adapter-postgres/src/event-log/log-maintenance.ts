import type { Database } from '../database/connect.ts';
import { rowsOf } from './rows-of.ts';

export interface GroupLag {
  readonly group: string;
  /** Events that the group has not finished. */
  readonly events: number;
  /** Age of the oldest of them, in seconds; 0 when there is none. */
  readonly seconds: number;
  readonly lastSeenAt: Date;
}

/** How far each registered group is behind the end of the log. */
export async function groupLags(db: Database): Promise<readonly GroupLag[]> {
  const rows = await db.run((knex) =>
    rowsOf<{ name: string; events: string; seconds: number | null; last_seen_at: Date }>(
      knex,
      `select g.name, g.last_seen_at, coalesce(sum(unread.events), 0) as events,
         extract(epoch from clock_timestamp() - min(unread.oldest))::float8 as seconds
       from event_groups g
       join event_group_offsets o on o.group_name = g.name
       cross join lateral (
         select count(*) as events, min(appended_at) as oldest from event_log
         where partition = o.partition and log_offset >= o.next_offset
       ) as unread
       group by g.name
       order by g.name`,
    ),
  );
  return rows.map((row) => ({
    group: row.name,
    events: Number(row.events),
    seconds: Math.max(0, row.seconds ?? 0),
    lastSeenAt: row.last_seen_at,
  }));
}

/** Committed events that have no offset yet. More than a moment's worth means that nobody sequences. */
export async function unsequencedCount(db: Database): Promise<number> {
  const [row] = await db.run((knex) =>
    rowsOf<{ count: string }>(knex, 'select count(*) from event_log where log_offset is null'),
  );
  return Number(row?.count ?? 0);
}

/**
 * Removes at most `limit` events that were appended before `before` and that every registered group has finished, and
 * answers how many it was. Records without an event lie in no partition and wait for no group. The head remembers how far
 * it came, for readers by offset. Safe to run several times at once.
 */
export async function pruneEventLog(db: Database, before: Date, limit: number): Promise<number> {
  const rows = await db.run((knex) =>
    rowsOf<{ removed: string }>(
      knex,
      `with finished as (
         select p as partition, coalesce(
           (select min(next_offset) from event_group_offsets where partition = p),
           (select next_offset from event_log_head)
         ) as below
         from generate_series(0, (select max(partition) from event_log)) as p
       ), old as (
         select e.id from finished
         cross join lateral (
           select id from event_log
           where partition = finished.partition and log_offset < finished.below and appended_at < ?
           order by log_offset limit ?
         ) as e
         union all (
           select id from event_log
           where partition is null and log_offset is not null and appended_at < ?
           order by log_offset limit ?
         )
         limit ?
       ), removed as (
         delete from event_log where id in (select id from old) returning log_offset
       ), noted as (
         update event_log_head set pruned_to = (select max(log_offset) from removed)
         where pruned_to < (select max(log_offset) from removed)
       )
       select count(*) as removed from removed`,
      [before, limit, before, limit, limit],
    ),
  );
  return Number(rows[0]?.removed ?? 0);
}

/**
 * Drops groups of which no member has been heard since `before`, with their offsets, so that they no longer hold up
 * pruning; answers their names, to be reported. Should one come back, it starts at the earliest kept event.
 */
export async function dropIdleGroups(db: Database, before: Date): Promise<readonly string[]> {
  const rows = await db.run((knex) =>
    rowsOf<{ name: string }>(
      knex,
      `delete from event_groups g
       where last_seen_at < ? and not exists (
         select from event_group_members m where m.group_name = g.name and m.expires_at > clock_timestamp()
       )
       returning name`,
      [before],
    ),
  );
  return rows.map(({ name }) => name);
}
