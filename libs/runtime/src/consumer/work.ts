import { isId } from '@darkroom/kernel';
import { parseEvent, type BusRecord, type Delivery, type EventOf, type EventType } from '@darkroom/contracts';
import type { LaneJob } from './lanes.ts';
import type { PartitionProgress } from './partition-progress.ts';

/** Where a piece of work came from, and so how it is acknowledged. */
export type WorkSource =
  | { readonly kind: 'bus'; readonly progress: PartitionProgress }
  | { readonly kind: 'delivery'; readonly id: string };

/** One record on its way through the loop. */
export interface Work<T extends EventType> extends LaneJob {
  readonly source: WorkSource;
  readonly record: BusRecord;
  /** What the record says, or why it cannot be read. */
  readonly content:
    { readonly ok: true; readonly event: EventOf<T> } | { readonly ok: false; readonly error: string };
  readonly imageId: string | null;
  readonly attempt: number;
  readonly abort: AbortController;
  /** How often it ended in an outage, and how many others had succeeded when it first did. */
  outages: number;
  successesBefore: number;
}

export function newWork<T extends EventType>(
  source: WorkSource,
  delivery: Pick<Delivery, 'record' | 'attempts'>,
  cost: (event: EventOf<T>) => number,
): Work<T> {
  const { record, attempts } = delivery;
  const content = read<T>(record);
  const imageId = content.ok ? content.event.imageId : keyAsId(record);
  return {
    source,
    record,
    content,
    imageId,
    lane: imageId ?? `${record.partition}/${record.offset}`,
    cost: content.ok ? cost(content.event) : 0,
    attempt: attempts,
    abort: new AbortController(),
    outages: 0,
    successesBefore: 0,
  };
}

function read<T extends EventType>(record: BusRecord): Work<T>['content'] {
  try {
    return { ok: true, event: parseEvent(record) as EventOf<T> }; // the caller takes records of these types alone
  } catch (error) {
    return { ok: false, error: error instanceof Error ? error.message : String(error) };
  }
}

const keyAsId = ({ key }: BusRecord): string | null => (key !== null && isId(key) ? key : null);
