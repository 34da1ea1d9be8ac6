import { within } from '@darkroom/kernel';
import type { Logger } from './logger.ts';

interface Held {
  readonly name: string;
  readonly release: () => unknown;
}

/**
 * What a process has acquired, released in reverse. Whoever acquires something says here how it is given back, so that
 * a start that fails half-way and a clean stop take the same path.
 */
export class Lifecycle {
  readonly #held: Held[] = [];
  readonly #logger: Logger;
  readonly #stop = new AbortController();
  #released: Promise<void> | undefined;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Fires when the process begins to stop. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** Registers how `name` is released. */
  acquire(name: string, release: () => unknown): void {
    this.#held.push({ name, release });
  }

  /** Releases everything in reverse, each with its share of `graceMs`. A failure is logged and does not hold up the rest. */
  shutdown(graceMs: number): Promise<void> {
    this.#released ??= this.#releaseAll(graceMs);
    return this.#released;
  }

  async #releaseAll(graceMs: number): Promise<void> {
    this.#stop.abort();
    const deadline = Date.now() + graceMs;
    for (const { name, release } of this.#held.toReversed()) {
      const timeLeft = Math.max(100, deadline - Date.now());
      try {
        await within(timeLeft, release(), `${name} took longer than ${timeLeft} ms`);
      } catch (error) {
        this.#logger.error({ err: error, resource: name }, 'could not release cleanly');
      }
    }
  }
}
