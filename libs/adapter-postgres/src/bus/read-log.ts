import { recordOfEvent, type BusRecord, type DarkroomEvent } from '@darkroom/contracts';
import type { Knex } from 'knex';
import { rowsOf } from '../event-log/rows-of.ts';

interface EventRow {
  readonly event_id: string;
  readonly image_id: string;
  readonly image_seq: number;
  readonly partition: number;
  readonly type: string;
  readonly time: Date;
  readonly traceparent: string | null;
  readonly data: unknown;
  readonly log_offset: string;
}

export interface ReadFrom {
  readonly partition: number;
  readonly position: bigint;
}

/** Up to `limit` records of each partition from its position on, in order, by one statement and so one snapshot. */
export async function readLog(
  knex: Knex,
  from: readonly ReadFrom[],
  limit: number,
): Promise<readonly BusRecord[]> {
  const rows = await rowsOf<EventRow>(
    knex,
    `select e.event_id, e.image_id, e.image_seq, e.partition, e.type, e.time, e.traceparent, e.data, e.log_offset
     from unnest(?::smallint[], ?::bigint[]) as w (partition, position)
     cross join lateral (
       select * from event_log
       where partition = w.partition and log_offset >= w.position
       order by log_offset limit ?
     ) as e
     order by e.log_offset`,
    [from.map(({ partition }) => partition), from.map(({ position }) => String(position)), limit],
  );
  return rows.map(toRecord);
}

function toRecord(row: EventRow): BusRecord {
  const event = {
    id: row.event_id,
    type: row.type,
    time: row.time,
    imageId: row.image_id,
    imageSeq: row.image_seq,
    traceparent: row.traceparent,
    data: row.data,
  } as DarkroomEvent; // as it was appended; whoever reads it checks it by its schema
  return { partition: row.partition, offset: BigInt(row.log_offset), ...recordOfEvent(event) };
}
