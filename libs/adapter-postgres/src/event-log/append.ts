import { partitionOf, type DarkroomEvent } from '@darkroom/contracts';
import { currentTraceparent, inSpan } from '@darkroom/kernel';
import type { TimelineEntry } from '@darkroom/domain';
import type { Knex } from 'knex';

/** The place of a timeline entry that the same transaction writes. */
export interface TimelineMark extends Pick<TimelineEntry, 'seq' | 'at'> {
  readonly imageId: string;
  readonly ownerId: string;
}

/**
 * Appends events in the transaction that changes their images. The caller holds the locks of the images' rows from
 * before this call until commit (several images: in ascending id order), and has taken each `imageSeq` from its row.
 * Readers see the events once they have been sequenced after commit: call `EventNotifier.appended()` then.
 *
 * The timeline entries of the change ride along, each with an offset of its own by which live streams go on: the first
 * with the first event, and so on; of whichever there are more, the rest gets records alone. `timeline` and `events`
 * are then of one image.
 *
 * Each event carries the span that appended it as its `traceparent` (CloudEvents, "Distributed Tracing"), and where there
 * is none, the one it came with.
 */
export async function appendEvents(
  trx: Knex.Transaction,
  events: readonly DarkroomEvent[],
  timeline: readonly TimelineMark[] = [],
): Promise<void> {
  const count = Math.max(events.length, timeline.length);
  if (count === 0) return;
  const [first] = events;
  if (first === undefined) return insert(trx, count, events, timeline);
  const attributes = {
    'messaging.system': 'postgresql',
    'messaging.operation.name': 'append',
    'messaging.operation.type': 'send',
    'messaging.destination.name': 'event_log',
    'darkroom.event.type': first.type,
    'darkroom.event.count': events.length,
    'darkroom.image.id': first.imageId,
  };
  await inSpan('append event_log', { kind: 'producer', attributes }, () =>
    insert(trx, count, events, timeline),
  );
}

async function insert(
  trx: Knex.Transaction,
  count: number,
  events: readonly DarkroomEvent[],
  timeline: readonly TimelineMark[],
): Promise<void> {
  const traceparent = currentTraceparent();
  // One statement for any number: ids are given in the order of `n`, which is the order of each image's events.
  const rows = Array.from({ length: count }, (_, n) => ({
    n,
    ...markColumns(timeline[n]),
    ...eventColumns(events[n], traceparent),
  }));
  await trx.raw(
    `insert into event_log (
       event_id, image_id, image_seq, owner_id, partition, type, time, traceparent, data, timeline_seq
     )
     select event_id, image_id, image_seq, owner_id, partition, type, time, traceparent, data, timeline_seq
     from jsonb_to_recordset(?::jsonb) as e (
       n integer, event_id uuid, image_id uuid, image_seq integer, owner_id text, partition smallint,
       type text, time timestamptz, traceparent text, data jsonb, timeline_seq integer
     )
     order by n`,
    [JSON.stringify(rows)],
  );
}

function eventColumns(event: DarkroomEvent | undefined, traceparent: string | null) {
  return (
    event && {
      event_id: event.id,
      image_id: event.imageId,
      image_seq: event.imageSeq,
      owner_id: event.data.owner_id,
      partition: partitionOf(event.imageId),
      type: event.type,
      time: event.time.toISOString(),
      traceparent: traceparent ?? event.traceparent,
      data: event.data,
    }
  );
}

function markColumns(mark: TimelineMark | undefined) {
  return (
    mark && {
      image_id: mark.imageId,
      owner_id: mark.ownerId,
      time: mark.at.toISOString(),
      timeline_seq: mark.seq,
    }
  );
}
