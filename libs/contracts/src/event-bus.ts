/** What both buses (the event log in Postgres, Kafka) give to the consumer loop. */

/** One event as it came off a bus: not parsed yet, since a poison message must be kept byte for byte. */
export interface BusRecord {
  readonly partition: number;
  /** Position within the partition; grows, and may have gaps. */
  readonly offset: bigint;
  readonly key: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly value: Uint8Array;
}

/** What the loop does with what the bus brings. Calls for one partition never overlap. */
export interface BusListener {
  /** Takes records in order. Returns quickly: the loop queues them and pauses the partition when it has enough. */
  onRecords(records: readonly BusRecord[]): void;
  /** Partitions that this member no longer holds: their jobs must stop, and nothing of them may be committed. */
  onRevoked(partitions: readonly number[]): void;
  /** The subscription ended for good (it could not be restored): the process should exit and be restarted. */
  onFatal(error: Error): void;
}

export interface BusSubscription {
  pause(partition: number): void;
  resume(partition: number): void;
  /** Everything before `offset` is done. A commit for a partition that has left is refused silently. */
  commit(partition: number, offset: bigint): Promise<void>;
  /** Leaves the group, after the loop has finished what runs. */
  close(): Promise<void>;
}

export interface EventBus {
  /** What it is, as spans name it (`messaging.system`). */
  readonly system: 'kafka' | 'postgresql';
  /** Where events lie: the topic, or the table. */
  readonly destination: string;
  /** Joins `group`; a new group starts at the earliest kept event. Delivers at least once, in order per image. */
  subscribe(group: string, listener: BusListener): Promise<BusSubscription>;
}

/** A delivery that did not succeed: waiting for another attempt, or a dead letter. */
export interface Delivery {
  readonly id: string;
  readonly group: string;
  readonly record: BusRecord;
  /** Attempts that were begun, the present one included. */
  readonly attempts: number;
  readonly lastError: string;
  /** The lane that it belongs to: the image id, or null where the message could not be read. */
  readonly imageId: string | null;
}

/** A delivery to be kept; `id` is null where it comes from the bus and has no row yet. */
export type DeliveryToKeep = Omit<Delivery, 'id'> & { readonly id: string | null };

/**
 * Where the loop keeps deliveries between attempts; Postgres in every running system. One event has one row per group,
 * however often and from whichever bus it comes.
 */
export interface DeliveryStore {
  /**
   * Keeps a delivery until it is due at `dueAt`. An event that comes from the bus again leaves the attempts it has
   * behind it as they are, and a dead letter dead.
   */
  retryLater(delivery: DeliveryToKeep, dueAt: Date): Promise<void>;
  /** Makes it a dead letter. `code` is short and stable: `attempts_spent`, `unparsable` or `refused`. */
  bury(delivery: DeliveryToKeep, code: DeadLetterCode): Promise<void>;
  /** Takes up to `limit` due deliveries of `group` for `leaseMs`, with SKIP LOCKED, and counts an attempt for each. */
  takeDue(group: string, limit: number, leaseMs: number): Promise<readonly Delivery[]>;
  /** Keeps what was taken for another `leaseMs` from now. */
  extendLeases(ids: readonly string[], leaseMs: number): Promise<void>;
  /** The delivery succeeded, or was skipped: forget it. */
  settle(id: string): Promise<void>;
}

/** Groups whose programs read the topic, where events travel by Kafka. */
export const consumerGroups = ['variant-worker', 'metadata-worker'] as const;

export const deadLetterCodes = ['attempts_spent', 'unparsable', 'refused'] as const;
export type DeadLetterCode = (typeof deadLetterCodes)[number];
