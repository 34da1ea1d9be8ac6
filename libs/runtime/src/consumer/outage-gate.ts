import { backoffMs, type Backoff } from '@darkroom/kernel';

interface Valve {
  pause(): void;
  resume(): void;
  /** Lets one through; false where there is none waiting. */
  startOne(): boolean;
}

export interface OutageGateOptions {
  readonly valve: Valve;
  readonly backoff: Backoff;
  /** Resolves when what is needed answers again. Without it a job is let through to see, which may take as long as a job. */
  readonly probe?: (() => Promise<void>) | undefined;
}

/**
 * Holds everything up while a dependency is down: closes at the first sign, looks from time to time, by the probe or by a
 * single job, and opens once that gets through.
 */
export class OutageGate {
  readonly #options: OutageGateOptions;
  #closed = false;
  /** Since the last job that got an answer. */
  #failures = 0;
  #timer: NodeJS.Timeout | undefined;
  #closedForGood = false;

  constructor(options: OutageGateOptions) {
    this.#options = options;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** A dependency did not answer. */
  failed(): void {
    if (this.#closedForGood || this.#timer !== undefined) return;
    this.#failures += 1;
    this.#closed = true;
    const { valve, backoff } = this.#options;
    valve.pause();
    // Half of the delay is fixed, so that a probe never follows at once.
    const { baseMs, capMs } = backoff;
    const fixed = Math.min(capMs, baseMs * 2 ** (this.#failures - 1)) / 2;
    const delay = fixed + backoffMs(this.#failures, { baseMs: baseMs / 2, capMs: capMs / 2 });
    this.#timer = setTimeout(() => void this.#look(), delay);
  }

  /** A job that was started since got an answer. */
  succeeded(): void {
    if (this.#closedForGood || this.#timer !== undefined) return;
    this.#failures = 0;
    this.#open();
  }

  /** Nothing is let through any more. */
  shut(): void {
    this.#closedForGood = true;
    clearTimeout(this.#timer);
    this.#options.valve.pause();
  }

  async #look(): Promise<void> {
    const { valve, probe } = this.#options;
    if (probe === undefined) {
      this.#timer = undefined;
      if (!valve.startOne()) this.succeeded();
      return;
    }
    const answered = await probe().then(
      () => true,
      () => false,
    );
    this.#timer = undefined;
    if (this.#closedForGood) return;
    if (answered) this.#open();
    else this.failed();
  }

  #open(): void {
    if (!this.#closed) return;
    this.#closed = false;
    this.#options.valve.resume();
  }
}
