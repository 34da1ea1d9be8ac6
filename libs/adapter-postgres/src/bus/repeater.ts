/**
 * Runs `work`, which must not throw, whenever it is woken; never twice at once. Being woken while it runs means one
 * more run afterwards.
 */
export class Repeater {
  readonly #work: () => Promise<void>;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #again = false;
  #closed = false;

  constructor(work: () => Promise<void>) {
    this.#work = work;
  }

  wakeEvery(intervalMs: number): void {
    this.#timer = setInterval(() => this.wake(), intervalMs);
  }

  wake(): void {
    this.#again = true;
    if (this.#closed) return;
    this.#running ??= this.#run();
  }

  /** Waits for the run under way; there is none after it. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#again && !this.#closed) {
      this.#again = false;
      await this.#work();
    }
    this.#running = undefined;
  }
}
