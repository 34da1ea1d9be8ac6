import type { BusListener, BusRecord, BusSubscription } from '@darkroom/contracts';
import { AppError, backoffMs } from '@darkroom/kernel';
import type { Consumer, EachBatchPayload, Kafka, KafkaMessage } from 'kafkajs';
import { translated, translateKafkaError } from './translate-error.ts';

interface KafkaSubscriptionOptions {
  readonly kafka: Kafka;
  readonly topic: string;
  readonly group: string;
  readonly sessionTimeoutMs: number;
  readonly listener: BusListener;
}

/** Rebuilt consumers in a row that never joined the group, after which the subscription gives up. */
const mostRebuilds = 10;
const rebuildBackoff = { baseMs: 200, capMs: 2_000 };
/** How long a fetch waits for something new, in milliseconds; a resumed partition waits that long at most. */
const maxWaitTimeInMs = 250;

/** One member of a Kafka consumer group. kafkajs's own acknowledging is off: the loop commits. */
export class KafkaSubscription implements BusSubscription {
  readonly #options: KafkaSubscriptionOptions;
  readonly #paused = new Set<number>();
  #assigned: ReadonlySet<number> = new Set();
  /** Joined, and not crashed since. */
  #member = false;
  #consumer: Consumer | undefined;
  #rebuilds = 0;
  #rebuildTimer: NodeJS.Timeout | undefined;
  #building: Promise<void> | undefined;
  #commits = new Map<number, bigint>();
  #flush: Promise<void> | undefined;
  #closed = false;

  constructor(options: KafkaSubscriptionOptions) {
    this.#options = options;
  }

  /** Connects and begins to join. Throws `unavailable` where no broker can be reached. */
  async start(): Promise<void> {
    await translated(() => this.#build());
  }

  pause(partition: number): void {
    this.#paused.add(partition);
    if (this.#assigned.has(partition)) this.#consumer?.pause([this.#partitions([partition])]);
  }

  resume(partition: number): void {
    if (!this.#paused.delete(partition)) return;
    if (this.#assigned.has(partition)) this.#consumer?.resume([this.#partitions([partition])]);
  }

  /** Commits of one turn of the event loop travel in one request. */
  async commit(partition: number, offset: bigint): Promise<void> {
    if (!this.#assigned.has(partition)) return;
    // kafkajs drops a commit silently between a crash and joining again: the caller must know, and try later.
    if (!this.#member) throw new AppError('unavailable', 'not in the consumer group just now');
    this.#commits.set(partition, offset);
    this.#flush ??= Promise.resolve().then(() => this.#commitAll());
    await this.#flush;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#rebuildTimer);
    await this.#building?.catch(() => undefined); // it failed for the one who started it
    await this.#consumer?.disconnect().catch(() => undefined); // the session runs out by itself
  }

  async #commitAll(): Promise<void> {
    this.#flush = undefined;
    const { topic } = this.#options;
    const offsets = [...this.#commits]
      .filter(([partition]) => this.#assigned.has(partition))
      .map(([partition, offset]) => ({ topic, partition, offset: String(offset) }));
    this.#commits = new Map();
    if (offsets.length > 0) await translated(async () => this.#consumer?.commitOffsets(offsets));
  }

  #partitions(partitions: number[]) {
    return { topic: this.#options.topic, partitions };
  }

  async #build(): Promise<void> {
    const { kafka, topic, group: groupId, sessionTimeoutMs } = this.#options;
    const consumer = kafka.consumer({
      groupId,
      sessionTimeout: sessionTimeoutMs,
      heartbeatInterval: Math.min(1_000, Math.floor(sessionTimeoutMs / 5)),
      maxWaitTimeInMs,
      maxBytesPerPartition: 262_144,
      metadataMaxAge: 60_000,
    });
    this.#consumer = consumer;
    const current = (): boolean => this.#consumer === consumer && !this.#closed;
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      if (current()) this.#joined(consumer, payload.memberAssignment[topic] ?? []);
    });
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      if (!current()) return;
      this.#member = false;
      // With `restart` kafkajs does that by itself; without, nothing would ever happen again, and run() has resolved.
      if (!payload.restart) this.#rebuild(payload.error);
    });
    try {
      await consumer.connect();
      await consumer.subscribe({ topic, fromBeginning: true });
      await consumer.run({ autoCommit: false, eachBatch: async (payload) => this.#receive(payload) });
    } catch (error) {
      await consumer.disconnect().catch(() => undefined); // the first error is the one to tell of
      throw error;
    }
    if (this.#closed) await consumer.disconnect();
  }

  #joined(consumer: Consumer, partitions: readonly number[]): void {
    this.#rebuilds = 0;
    this.#member = true;
    const assigned = new Set(partitions);
    this.#leave([...this.#assigned].filter((partition) => !assigned.has(partition)));
    this.#assigned = assigned;
    const paused = partitions.filter((partition) => this.#paused.has(partition));
    if (paused.length > 0) consumer.pause([this.#partitions(paused)]); // a new member has forgotten them
  }

  #leave(partitions: readonly number[]): void {
    if (partitions.length === 0) return;
    for (const partition of partitions) this.#paused.delete(partition);
    this.#options.listener.onRevoked(partitions);
  }

  #rebuild(error: unknown): void {
    if (this.#rebuildTimer !== undefined) return;
    this.#consumer = undefined;
    this.#member = false;
    this.#leave([...this.#assigned]);
    this.#assigned = new Set();
    this.#rebuilds += 1;
    if (this.#rebuilds > mostRebuilds) {
      const reason = translateKafkaError(error);
      this.#options.listener.onFatal(reason instanceof Error ? reason : new Error(String(reason)));
      return;
    }
    this.#rebuildTimer = setTimeout(
      () => {
        this.#rebuildTimer = undefined;
        this.#building = this.#build().catch((failure: unknown) => {
          if (!this.#closed) this.#rebuild(failure);
        });
      },
      100 + backoffMs(this.#rebuilds, rebuildBackoff),
    );
  }

  #receive({ batch }: EachBatchPayload): void {
    const { partition } = batch;
    if (this.#closed) return;
    if (!this.#assigned.has(partition)) throw new TypeError(`partition ${partition} was never assigned`);
    const records = batch.messages.map((message) => toRecord(partition, message));
    if (records.length > 0) this.#options.listener.onRecords(records);
  }
}

function toRecord(partition: number, { offset, key, value, headers }: KafkaMessage): BusRecord {
  const plain: Record<string, string> = {};
  for (const [name, content] of Object.entries(headers ?? {})) {
    const first = Array.isArray(content) ? content[0] : content;
    if (first !== undefined) plain[name] = first.toString();
  }
  return {
    partition,
    offset: BigInt(offset),
    key: key === null ? null : key.toString(),
    headers: plain,
    value: new Uint8Array(value ?? []),
  };
}
