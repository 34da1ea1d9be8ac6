import { setTimeout as delay } from 'node:timers/promises';
import { backoffMs, type Backoff } from '@darkroom/kernel';
import type { BusListener, BusRecord, BusSubscription, EventBus, EventRecord } from '@darkroom/contracts';
import type { Logger } from '@darkroom/runtime';
import { takeBatch } from './take-batch.ts';

export interface PublisherDependencies {
  /** The event log. */
  readonly log: EventBus;
  /** Writes messages to one partition, in order; resolves once they are acknowledged, and throws where that is not sure. */
  readonly producer: { send(partition: number, records: readonly EventRecord[]): Promise<void> };
  readonly logger: Logger;
  /** Delays between attempts. Default: 200 ms, doubling to 2 s. */
  readonly backoff?: Backoff;
}

export interface RunningPublisher {
  /** Waits for the batches in flight, and leaves the group. */
  stop(): Promise<void>;
  /** Resolves when the log can no longer be read: exit non-zero, so that the supervisor starts the process again. */
  readonly fatal: Promise<Error>;
  stats(): { readonly published: number; readonly failures: number; readonly waiting: number };
}

/** The group under which the publisher reads the log. */
export const publisherGroup = 'publisher';

/** Records of one partition that may wait here before the log is asked to pause, and from where it goes on. */
const highWater = 1_000;
const lowWater = 500;

/** Moves the event log to Kafka: one more group on the log. Throws where the log cannot be joined. */
export async function startPublisher(dependencies: PublisherDependencies): Promise<RunningPublisher> {
  const publisher = new Publisher(dependencies);
  await publisher.start();
  return publisher;
}

/** What waits to be sent of one partition, for as long as it is held. */
interface Outbox {
  readonly partition: number;
  readonly waiting: BusRecord[];
  readonly left: AbortController;
  running: Promise<void> | undefined;
  paused: boolean;
}

class Publisher implements BusListener, RunningPublisher {
  readonly #log: EventBus;
  readonly #producer: PublisherDependencies['producer'];
  readonly #logger: Logger;
  readonly #backoff: Backoff;
  readonly #outboxes = new Map<number, Outbox>();
  readonly #fatal = Promise.withResolvers<Error>();
  #subscription: BusSubscription | undefined;
  #published = 0;
  #failures = 0;

  constructor({ log, producer, logger, backoff }: PublisherDependencies) {
    this.#log = log;
    this.#producer = producer;
    this.#logger = logger.child({ group: publisherGroup });
    this.#backoff = backoff ?? { baseMs: 200, capMs: 2_000 };
  }

  get fatal(): Promise<Error> {
    return this.#fatal.promise;
  }

  async start(): Promise<void> {
    this.#subscription = await this.#log.subscribe(publisherGroup, this);
    for (const outbox of this.#outboxes.values()) this.#run(outbox);
  }

  async stop(): Promise<void> {
    const running = [...this.#outboxes.values()].map((outbox) => {
      outbox.left.abort();
      return outbox.running;
    });
    await Promise.all(running);
    await this.#subscription?.close();
  }

  stats(): ReturnType<RunningPublisher['stats']> {
    let waiting = 0;
    for (const outbox of this.#outboxes.values()) waiting += outbox.waiting.length;
    return { published: this.#published, failures: this.#failures, waiting };
  }

  onRecords(records: readonly BusRecord[]): void {
    for (const record of records) this.#outboxOf(record.partition).waiting.push(record);
    for (const partition of new Set(records.map((record) => record.partition)))
      this.#run(this.#outboxOf(partition));
  }

  /** A batch in flight may still be written, and then again by the next holder: consumers see doubles, in order. */
  onRevoked(partitions: readonly number[]): void {
    for (const partition of partitions) {
      this.#outboxes.get(partition)?.left.abort();
      this.#outboxes.delete(partition);
    }
  }

  onFatal(error: Error): void {
    this.#fatal.resolve(error);
  }

  #outboxOf(partition: number): Outbox {
    const known = this.#outboxes.get(partition);
    if (known !== undefined) return known;
    const left = new AbortController();
    const outbox: Outbox = { partition, waiting: [], left, running: undefined, paused: false };
    this.#outboxes.set(partition, outbox);
    return outbox;
  }

  #run(outbox: Outbox): void {
    const subscription = this.#subscription;
    if (subscription === undefined) return; // `start` sees to it
    this.#throttle(outbox, subscription);
    outbox.running ??= this.#sendAll(outbox, subscription).finally(() => {
      outbox.running = undefined;
      if (outbox.waiting.length > 0 && !outbox.left.signal.aborted) this.#run(outbox);
    });
  }

  async #sendAll(outbox: Outbox, subscription: BusSubscription): Promise<void> {
    const { partition, waiting, left } = outbox;
    while (waiting.length > 0 && !left.signal.aborted) {
      const batch = takeBatch(waiting);
      const next = (batch.at(-1)?.offset ?? -1n) + 1n;
      const sent = await this.#untilItWorks(outbox, 'publish', () => this.#producer.send(partition, batch));
      if (!sent) return;
      waiting.splice(0, batch.length);
      this.#published += batch.length;
      this.#throttle(outbox, subscription);
      await this.#untilItWorks(outbox, 'commit', () => subscription.commit(partition, next));
    }
  }

  /** False where the partition left before it worked. */
  async #untilItWorks(
    { partition, left: { signal } }: Outbox,
    doing: 'publish' | 'commit',
    work: () => Promise<void>,
  ): Promise<boolean> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await work();
        return true;
      } catch (error) {
        this.#failures += 1;
        this.#logger.warn({ err: error, partition, attempt }, `could not ${doing}; trying again`);
      }
      const pause = 50 + backoffMs(attempt, this.#backoff);
      await delay(pause, undefined, { signal }).catch(() => undefined); // an abort ends the wait, and the loop
      if (signal.aborted) return false;
    }
  }

  #throttle(outbox: Outbox, subscription: BusSubscription): void {
    const { partition, waiting, paused } = outbox;
    if (!paused && waiting.length >= highWater) {
      outbox.paused = true;
      subscription.pause(partition);
    } else if (paused && waiting.length <= lowWater) {
      outbox.paused = false;
      subscription.resume(partition);
    }
  }
}
