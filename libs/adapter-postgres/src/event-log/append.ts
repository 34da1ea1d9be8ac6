import { partitionOf, type DarkroomEvent } from '@darkroom/contracts';
import { currentTraceparent, inSpan } from '@darkroom/kernel';
import type { Knex } from 'knex';

/**
 * Appends events in the transaction that changes their images. The caller holds the locks of the images' rows from
 * before this call until commit (several images: in ascending id order), and has taken each `imageSeq` from its row.
 * Readers see the events once they have been sequenced after commit: call `EventNotifier.appended()` then.
 * Each event carries the span that appended it as its `traceparent` (CloudEvents, "Distributed Tracing"), and where there
 * is none, the one it came with.
 */
export async function appendEvents(trx: Knex.Transaction, events: readonly DarkroomEvent[]): Promise<void> {
  const [first] = events;
  if (first === undefined) return;
  const attributes = {
    'messaging.system': 'postgresql',
    'messaging.operation.name': 'append',
    'messaging.operation.type': 'send',
    'messaging.destination.name': 'event_log',
    'darkroom.event.type': first.type,
    'darkroom.event.count': events.length,
    'darkroom.image.id': first.imageId,
  };
  await inSpan('append event_log', { kind: 'producer', attributes }, () => insert(trx, events));
}

async function insert(trx: Knex.Transaction, events: readonly DarkroomEvent[]): Promise<void> {
  const traceparent = currentTraceparent();
  // One statement for any number: ids are given in the order of `n`, which is the order of each image's events.
  const rows = events.map((event, n) => ({
    n,
    event_id: event.id,
    image_id: event.imageId,
    image_seq: event.imageSeq,
    owner_id: event.data.owner_id,
    partition: partitionOf(event.imageId),
    type: event.type,
    time: event.time.toISOString(),
    traceparent: traceparent ?? event.traceparent,
    data: event.data,
  }));
  await trx.raw(
    `insert into event_log (event_id, image_id, image_seq, owner_id, partition, type, time, traceparent, data)
     select event_id, image_id, image_seq, owner_id, partition, type, time, traceparent, data
     from jsonb_to_recordset(?::jsonb) as e (
       n integer, event_id uuid, image_id uuid, image_seq integer, owner_id text, partition smallint,
       type text, time timestamptz, traceparent text, data jsonb
     )
     order by n`,
    [JSON.stringify(rows)],
  );
}
