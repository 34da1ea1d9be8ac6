import { backoffMs, type Backoff } from '@darkroom/kernel';

interface Valve {
  pause(): void;
  resume(): void;
  /** Lets one through; false where there is none waiting. */
  startOne(): boolean;
}

/**
 * Holds everything up while a dependency is down: closes at the first sign, lets a single job try from time to time,
 * and opens once one gets through.
 */
export class OutageGate {
  readonly #valve: Valve;
  readonly #backoff: Backoff;
  #failures = 0;
  #timer: NodeJS.Timeout | undefined;
  #closedForGood = false;

  constructor(valve: Valve, backoff: Backoff) {
    this.#valve = valve;
    this.#backoff = backoff;
  }

  get closed(): boolean {
    return this.#failures > 0;
  }

  /** A dependency did not answer. */
  failed(): void {
    if (this.#closedForGood || this.#timer !== undefined) return;
    this.#failures += 1;
    this.#valve.pause();
    // Half of the delay is fixed, so that a probe never follows at once.
    const { baseMs, capMs } = this.#backoff;
    const fixed = Math.min(capMs, baseMs * 2 ** (this.#failures - 1)) / 2;
    const delay = fixed + backoffMs(this.#failures, { baseMs: baseMs / 2, capMs: capMs / 2 });
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (!this.#valve.startOne()) this.succeeded();
    }, delay);
  }

  /** A job that was started since got an answer. */
  succeeded(): void {
    if (this.#closedForGood || this.#failures === 0 || this.#timer !== undefined) return;
    this.#failures = 0;
    this.#valve.resume();
  }

  /** Nothing is let through any more. */
  shut(): void {
    this.#closedForGood = true;
    clearTimeout(this.#timer);
    this.#valve.pause();
  }
}
