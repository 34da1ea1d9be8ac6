import type { BusListener, BusSubscription, EventBus } from '@darkroom/contracts';
import type { Database } from '../database/connect.ts';
import { logChannel, sequenceEvents } from '../event-log/sequence.ts';
import { LogListener } from './log-listener.ts';
import { groupChannel } from './membership.ts';
import { LogSubscription } from './log-subscription.ts';

export interface PostgresEventBusOptions {
  readonly db: Database;
  /** Of Postgres itself, never of a transaction pooler: LISTEN belongs to a session. */
  readonly directUrl: string;
  /** How long the partitions of a member that is not heard of stay with it, in milliseconds. Default 10,000. */
  readonly leaseMs?: number;
  /** Pause between looks at the log when no notification comes, in milliseconds. Default 1,000. */
  readonly pollMs?: number;
  /** Told of what goes wrong and is tried again. */
  readonly onError?: (error: unknown, doing: string) => void;
}

/** The event log as a bus: groups, members and offsets are rows in Postgres. */
export class PostgresEventBus implements EventBus {
  readonly system = 'postgresql';
  readonly destination = 'event_log';
  readonly #db: Database;
  readonly #leaseMs: number;
  readonly #pollMs: number;
  readonly #onError: (error: unknown, doing: string) => void;
  readonly #listener: LogListener;
  readonly #subscriptions = new Set<LogSubscription>();
  #listening: Promise<void> | undefined;
  #poll: NodeJS.Timeout | undefined;
  #sequencing = false;

  constructor({ db, directUrl, leaseMs = 10_000, pollMs = 1_000, onError }: PostgresEventBusOptions) {
    this.#db = db;
    this.#leaseMs = leaseMs;
    this.#pollMs = pollMs;
    this.#onError = onError ?? (() => undefined);
    this.#listener = new LogListener(
      directUrl,
      [logChannel, groupChannel],
      (channel, payload) => this.#notified(channel, payload),
      (error) => this.#onError(error, 'listening'),
    );
  }

  /** Throws `unavailable` where Postgres cannot be reached now; later outages are waited out. */
  async subscribe(group: string, listener: BusListener): Promise<BusSubscription> {
    this.#listening ??= this.#start();
    await this.#listening.catch((error: unknown) => {
      this.#listening = undefined;
      throw error;
    });
    const subscription = new LogSubscription(this.#db, group, listener, {
      leaseMs: this.#leaseMs,
      onError: this.#onError,
      onClosed: () => this.#subscriptions.delete(subscription),
    });
    await subscription.start();
    this.#subscriptions.add(subscription);
    return subscription;
  }

  /** Ends what subscriptions left open, and the listening connection. */
  async close(): Promise<void> {
    clearInterval(this.#poll);
    await Promise.all([...this.#subscriptions].map((subscription) => subscription.close()));
    await this.#listener.close();
  }

  async #start(): Promise<void> {
    await this.#listener.start();
    this.#poll = setInterval(() => void this.#sequenceAndWake(), this.#pollMs);
  }

  /** The safety net: numbers what a process that died after its commit left without offset. */
  async #sequenceAndWake(): Promise<void> {
    if (this.#sequencing) return;
    this.#sequencing = true;
    try {
      await sequenceEvents(this.#db);
    } catch (error) {
      this.#onError(error, 'sequencing');
    } finally {
      this.#sequencing = false;
    }
    for (const subscription of this.#subscriptions) subscription.wake();
  }

  #notified(channel: string, payload: string | undefined): void {
    const reconnected = payload === undefined;
    for (const subscription of this.#subscriptions) {
      if (reconnected || channel !== groupChannel) subscription.wake();
      // While Postgres was away leases may have run out: the next heartbeat by the clock would be late
      if (reconnected || payload === subscription.group) subscription.rebalance();
    }
  }
}
