import { setTimeout as delay } from 'node:timers/promises';
import { backoffMs, type Backoff } from '@darkroom/kernel';

export interface OutageGateOptions {
  /** Resolves when what was away answers again. */
  readonly probe: (signal: AbortSignal) => Promise<void>;
  readonly backoff: Backoff;
  /** Closes for good: whoever waits is let through, and looks at the signal. */
  readonly signal: AbortSignal;
}

/**
 * Shut while something that everybody needs is away, and opened again by a probe. Work waits in front of it instead of
 * being tried, so that an outage costs no message its receives.
 */
export class OutageGate {
  readonly #options: OutageGateOptions;
  #shut: Promise<void> | undefined;
  #trips = 0;

  constructor(options: OutageGateOptions) {
    this.#options = options;
  }

  /** Resolves at once while all is well, and after the outage otherwise. */
  async pass(): Promise<void> {
    while (this.#shut !== undefined) await this.#shut;
  }

  /** Shuts the gate. Answers whether it was open, and not closed for good. */
  trip(): boolean {
    if (this.#shut !== undefined || this.#options.signal.aborted) return false;
    this.#trips += 1;
    this.#shut = this.#reopen();
    return true;
  }

  /** Work went through: the next outage begins with the shortest wait again. */
  worked(): void {
    if (this.#shut === undefined) this.#trips = 0;
  }

  async #reopen(): Promise<void> {
    const { probe, backoff, signal } = this.#options;
    for (let attempt = this.#trips; !signal.aborted; attempt += 1) {
      try {
        await delay(Math.max(backoff.baseMs / 2, backoffMs(attempt, backoff)), undefined, { signal });
        await probe(signal);
        break;
      } catch {
        // Still away, or told to stop: the loop's own condition tells which
      }
    }
    this.#shut = undefined;
  }
}
