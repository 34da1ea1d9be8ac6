/** What one task did or, in a dry run, would do. */
export class TaskReport {
  readonly task: string;
  /** By action, such as `accepted`. */
  readonly counts: Record<string, number> = {};
  /** Each action with its subject; only kept in a dry run. */
  readonly plan: string[] = [];
  /** Things that could not be done, in plain words. */
  readonly problems: string[] = [];
  /** False where the task stopped at its limit or its time before the end. */
  finished = true;
  readonly #limit: number;
  readonly #keepPlan: boolean;
  #acted = 0;

  constructor(task: string, limit: number, keepPlan: boolean) {
    this.task = task;
    this.#limit = limit;
    this.#keepPlan = keepPlan;
  }

  /** How many more things the task may do. */
  get left(): number {
    return Math.max(0, this.#limit - this.#acted);
  }

  /** Notes an action that was done, or that would be. Counts against the limit. */
  did(action: string, subject: string): void {
    this.#acted += 1;
    this.count(action);
    if (this.#keepPlan) this.plan.push(`${action} ${subject}`);
  }

  /** Counts something that was seen and left alone. */
  count(what: string, by = 1): void {
    if (by > 0) this.counts[what] = (this.counts[what] ?? 0) + by;
  }

  problem(subject: string, error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    this.problems.push(`${subject}: ${reason}`);
  }

  get somethingToTell(): boolean {
    const seen = Object.keys(this.counts).length + this.plan.length + this.problems.length;
    return seen > 0 || !this.finished;
  }

  toJSON() {
    const { task, finished, counts, problems, plan } = this;
    return { task, finished, counts, problems, ...(this.#keepPlan ? { plan } : {}) };
  }
}
