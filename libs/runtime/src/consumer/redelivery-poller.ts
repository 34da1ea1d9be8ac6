import type { Delivery, DeliveryStore, EventOf, EventType } from '@darkroom/contracts';
import type { Logger } from '../logger.ts';
import { newWork, type Work } from './work.ts';

interface RedeliveryPollerOptions<T extends EventType> {
  readonly store: DeliveryStore;
  readonly group: string;
  readonly pollMs: number;
  readonly leaseMs: number;
  readonly cost: (event: EventOf<T>) => number;
  /** How many more can be taken just now. */
  readonly room: () => number;
  readonly add: (work: Work<T>) => void;
  readonly logger: Logger;
}

/** Brings deliveries that are due for another attempt into the lanes, and keeps their leases while they are there. */
export class RedeliveryPoller<T extends EventType> {
  readonly #options: RedeliveryPollerOptions<T>;
  readonly #taken = new Map<string, Delivery>();
  #pollTimer: NodeJS.Timeout | undefined;
  #leaseTimer: NodeJS.Timeout | undefined;
  #polling: Promise<void> | undefined;
  #stopped = false;

  constructor(options: RedeliveryPollerOptions<T>) {
    this.#options = options;
  }

  start(): void {
    const { pollMs, leaseMs } = this.#options;
    this.#pollTimer = setInterval(() => {
      this.#polling ??= this.#poll().finally(() => (this.#polling = undefined));
    }, pollMs);
    this.#leaseTimer = setInterval(() => void this.#extend(), leaseMs / 3);
  }

  /** Takes nothing more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#pollTimer);
    await this.#polling;
  }

  finished(id: string): void {
    this.#taken.delete(id);
  }

  /** Gives back what was taken and not finished, with the attempt that it was counted for. */
  async giveBack(): Promise<void> {
    clearInterval(this.#leaseTimer);
    const { store, logger } = this.#options;
    for (const delivery of this.#taken.values()) {
      try {
        await store.retryLater({ ...delivery, attempts: delivery.attempts - 1 }, new Date());
      } catch (error) {
        logger.warn({ err: error }, 'could not give back a delivery; its lease will run out');
      }
    }
    this.#taken.clear();
  }

  async #poll(): Promise<void> {
    const { store, group, leaseMs, room, add, cost, logger } = this.#options;
    const limit = room();
    if (limit <= 0) return;
    try {
      const due = await store.takeDue(group, limit, leaseMs);
      for (const delivery of due) {
        const known = this.#taken.has(delivery.id);
        this.#taken.set(delivery.id, delivery);
        if (!known && !this.#stopped) add(newWork<T>({ kind: 'delivery', id: delivery.id }, delivery, cost));
      }
    } catch (error) {
      logger.warn({ err: error }, 'could not look for deliveries that are due');
    }
  }

  async #extend(): Promise<void> {
    if (this.#taken.size === 0) return;
    try {
      await this.#options.store.extendLeases([...this.#taken.keys()], this.#options.leaseMs);
    } catch (error) {
      this.#options.logger.warn({ err: error }, 'could not extend the leases of deliveries');
    }
  }
}
