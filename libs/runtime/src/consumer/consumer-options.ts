import type { Backoff } from '@darkroom/kernel';
import type { DeliveryStore, EventBus, EventOf, EventType } from '@darkroom/contracts';
import type { Logger } from '../logger.ts';
import type { HandlerResult } from './handler-result.ts';

export interface HandlerContext {
  /** Fires when the partition has left this process, or when it stops and the grace time is over. */
  readonly signal: AbortSignal;
  readonly logger: Logger;
  /** Counts from 1. */
  readonly attempt: number;
}

/**
 * Handles one event. It may see an event more than once, so its effect must not depend on that. Throwing `unavailable`
 * means that a dependency is down: the loop pauses and the attempt does not count. Anything else thrown is a `retry`.
 */
export type Handler<T extends EventType> = (
  event: EventOf<T>,
  context: HandlerContext,
) => Promise<HandlerResult>;

export interface ConsumerOptions<T extends EventType> {
  readonly bus: EventBus;
  readonly deliveries: DeliveryStore;
  readonly group: string;
  /** Events of other types are passed over. */
  readonly types: readonly T[];
  readonly handler: Handler<T>;
  /**
   * Called before an event becomes a dead letter, so that its image can say so. May be called again for one event;
   * throwing `unavailable` holds the dead letter back until it goes through.
   */
  readonly onDead?: (event: EventOf<T>, reason: string) => Promise<void>;
  /**
   * Resolves when all that the handler needs answers: asked while a dependency is down, so that no job need run to its end
   * before the others go on. By default one job after another tries.
   */
  readonly probe?: () => Promise<void>;
  /** Most events handled at once. */
  readonly concurrency: number;
  /** Most that the costs of the events being handled may add up to; one that costs more runs alone. */
  readonly budget?: { readonly limit: number; readonly cost: (event: EventOf<T>) => number };
  readonly logger: Logger;
  /** Attempts after which a failing event becomes a dead letter. Default 8. */
  readonly maxAttempts?: number;
  /** Delays between attempts. Default: up to 2 s after the first, doubling to 10 minutes. */
  readonly backoff?: Backoff;
  /** Delays between looks at a dependency that is down. Default: 500 ms, doubling to 2 s: so long may it take to notice that it is up again. */
  readonly outageBackoff?: Backoff;
  /** Pause between looks for deliveries that are due, in milliseconds. Default 1,000. */
  readonly pollMs?: number;
  /** How long a delivery stays with a process that is not heard of, in milliseconds. Default 30,000. */
  readonly leaseMs?: number;
  /** How long `stop` lets running handlers finish before it aborts them, in milliseconds. Default 20,000. */
  readonly graceMs?: number;
}

export interface ConsumerStats {
  readonly running: number;
  readonly queued: number;
  /** What the costs of those that run add up to. */
  readonly cost: number;
  readonly done: number;
  readonly skipped: number;
  readonly retried: number;
  readonly dead: number;
  /** The loop waits for a dependency that is down. */
  readonly outage: boolean;
}

export interface RunningConsumer {
  /** Takes no more, lets what runs finish within the grace time, acknowledges that, and leaves the group. */
  stop(): Promise<void>;
  /** Resolves when the bus has given up for good: exit non-zero, so that the supervisor starts the process again. */
  readonly fatal: Promise<Error>;
  stats(): ConsumerStats;
}
