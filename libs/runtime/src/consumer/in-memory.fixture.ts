import { newId } from '@darkroom/kernel';
import {
  recordOfEvent,
  type BusListener,
  type BusRecord,
  type BusSubscription,
  type DarkroomEvent,
  type Delivery,
  type DeliveryStore,
  type DeliveryToKeep,
  type EventBus,
  type EventOf,
} from '@darkroom/contracts';

/** A bus of one member, driven by the test. */
export class InMemoryEventBus implements EventBus, BusSubscription {
  readonly system = 'postgresql';
  readonly destination = 'memory';
  listener: BusListener | undefined;
  readonly paused = new Set<number>();
  readonly commits: { partition: number; offset: bigint }[] = [];
  closed = false;
  #offset = 0n;

  async subscribe(_group: string, listener: BusListener): Promise<BusSubscription> {
    this.listener = listener;
    return this;
  }

  deliver(events: readonly DarkroomEvent[], partition = 0): void {
    this.listener?.onRecords(events.map((event) => ({ ...this.place(partition), ...recordOfEvent(event) })));
  }

  place(partition: number): Pick<BusRecord, 'partition' | 'offset'> {
    return { partition, offset: this.#offset++ };
  }

  get committed(): bigint {
    return this.commits.at(-1)?.offset ?? 0n;
  }

  pause(partition: number): void {
    this.paused.add(partition);
  }
  resume(partition: number): void {
    this.paused.delete(partition);
  }
  async commit(partition: number, offset: bigint): Promise<void> {
    this.commits.push({ partition, offset });
  }
  async close(): Promise<void> {
    this.closed = true;
  }
}

interface Kept extends Delivery {
  readonly state: 'waiting' | 'dead';
  readonly code: string | null;
  readonly dueAt: number;
}

/** Deliveries in memory, which can be made to fail. */
export class InMemoryDeliveryStore implements DeliveryStore {
  readonly rows = new Map<string, Kept>();
  failWith: Error | undefined;
  failures = 0;

  get dead(): readonly Kept[] {
    return [...this.rows.values()].filter(({ state }) => state === 'dead');
  }

  async retryLater(delivery: DeliveryToKeep, dueAt: Date): Promise<void> {
    this.#keep(delivery, { state: 'waiting', code: null, dueAt: dueAt.getTime() });
  }

  async bury(delivery: DeliveryToKeep, code: string): Promise<void> {
    this.#keep(delivery, { state: 'dead', code, dueAt: 0 });
  }

  async takeDue(group: string, limit: number, leaseMs: number): Promise<readonly Delivery[]> {
    this.#check();
    const due = [...this.rows.values()]
      .filter((row) => row.group === group && row.state === 'waiting' && row.dueAt <= Date.now())
      .slice(0, limit)
      .map((row) => ({ ...row, attempts: row.attempts + 1, dueAt: Date.now() + leaseMs }));
    for (const row of due) this.rows.set(row.id, row);
    return due;
  }

  async extendLeases(ids: readonly string[], leaseMs: number): Promise<void> {
    for (const id of ids) {
      const row = this.rows.get(id);
      if (row !== undefined) this.rows.set(id, { ...row, dueAt: Date.now() + leaseMs });
    }
  }

  async settle(id: string): Promise<void> {
    this.#check();
    this.rows.delete(id);
  }

  #keep(delivery: DeliveryToKeep, how: Pick<Kept, 'state' | 'code' | 'dueAt'>): void {
    this.#check();
    const id = delivery.id ?? newId();
    this.rows.set(id, { ...delivery, id, ...how });
  }

  #check(): void {
    if (this.failWith === undefined) return;
    this.failures += 1;
    throw this.failWith;
  }
}

export function uploaded(imageId: string, imageSeq = 1, width = 100): EventOf<'ImageUploaded'> {
  return {
    id: newId(),
    type: 'ImageUploaded',
    time: new Date(),
    imageId,
    imageSeq,
    traceparent: null,
    data: {
      image_id: imageId,
      owner_id: 'alice',
      category_id: 1,
      key: `originals/${imageId}.jpg`,
      content_type: 'image/jpeg',
      size: 1_000,
      width,
      height: 100,
      sha256: null,
    },
  };
}
