/** Something to run. Jobs of one lane run one after another, in the order in which they were added. */
export interface LaneJob {
  readonly lane: string;
  /** Share of the budget that it takes while it runs. */
  readonly cost: number;
}

export interface LanesOptions<J extends LaneJob> {
  /** Most jobs at once. */
  readonly concurrency: number;
  /** Most that the costs of running jobs may add up to. A job that costs more than this runs alone. */
  readonly budget: number;
  /** Runs a job. Must not throw. `again` puts it back in front of its lane. */
  readonly run: (job: J) => Promise<'finished' | 'again'>;
}

/** How often a job that does not fit into the budget may be overtaken by smaller ones; then they wait for it. */
const mostOvertakings = 16;

interface Lane<J> {
  readonly jobs: J[];
  overtaken: number;
}

/** Runs jobs of different lanes side by side, within a number of jobs and a budget. */
export class Lanes<J extends LaneJob> {
  readonly #options: LanesOptions<J>;
  readonly #lanes = new Map<string, Lane<J>>();
  /** Lanes with a job to start and none running, longest waiting first. */
  readonly #ready: Lane<J>[] = [];
  readonly #running = new Set<J>();
  #spent = 0;
  #queued = 0;
  #paused = false;
  #idle = Promise.withResolvers<undefined>();

  constructor(options: LanesOptions<J>) {
    this.#options = options;
    this.#idle.resolve(undefined);
  }

  get running(): ReadonlySet<J> {
    return this.#running;
  }

  get queued(): number {
    return this.#queued;
  }

  /** What the costs of running jobs add up to. */
  get cost(): number {
    return this.#spent;
  }

  add(job: J): void {
    this.#queued += 1;
    const lane = this.#lanes.get(job.lane);
    if (lane !== undefined) {
      lane.jobs.push(job);
      return;
    }
    const fresh = { jobs: [job], overtaken: 0 };
    this.#lanes.set(job.lane, fresh);
    this.#ready.push(fresh);
    this.#startAll();
  }

  /** Starts nothing more until `resume`; what runs goes on. */
  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#startAll();
  }

  /** Starts one job although paused. False where there is none that can be started. */
  startOne(): boolean {
    return this.#startNext();
  }

  /** Takes queued jobs out again, and answers them. */
  drop(which: (job: J) => boolean): readonly J[] {
    const dropped: J[] = [];
    for (const [name, lane] of this.#lanes) {
      const kept = lane.jobs.filter((job) => !which(job));
      dropped.push(...lane.jobs.filter(which));
      lane.jobs.splice(0, lane.jobs.length, ...kept);
      const waiting = this.#ready.indexOf(lane);
      if (kept.length > 0 || waiting < 0) continue;
      this.#ready.splice(waiting, 1);
      this.#lanes.delete(name);
    }
    this.#queued -= dropped.length;
    return dropped;
  }

  /** Resolves when nothing runs. */
  idle(): Promise<undefined> {
    return this.#idle.promise;
  }

  #startAll(): void {
    while (!this.#paused && this.#startNext()) {
      // each turn starts one
    }
  }

  #startNext(): boolean {
    if (this.#running.size >= this.#options.concurrency) return false;
    const found = this.#ready.findIndex((lane) => this.#fits(lane));
    if (found < 0) return false;
    const passed = this.#ready.slice(0, found);
    if (passed.some(({ overtaken }) => overtaken >= mostOvertakings)) return false;
    for (const lane of passed) lane.overtaken += 1;
    const [lane] = this.#ready.splice(found, 1);
    const job = lane?.jobs.shift();
    if (lane === undefined || job === undefined) return false;
    lane.overtaken = 0;
    this.#queued -= 1;
    this.#start(lane, job);
    return true;
  }

  #fits({ jobs: [job] }: Lane<J>): boolean {
    if (job === undefined) return false;
    return this.#running.size === 0 || this.#spent + job.cost <= this.#options.budget;
  }

  #start(lane: Lane<J>, job: J): void {
    if (this.#running.size === 0) this.#idle = Promise.withResolvers<undefined>();
    this.#running.add(job);
    this.#spent += job.cost;
    void this.#options.run(job).then((end) => {
      this.#running.delete(job);
      this.#spent -= job.cost;
      if (end === 'again') {
        lane.jobs.unshift(job);
        this.#queued += 1;
      }
      if (lane.jobs.length > 0) this.#ready.push(lane);
      else this.#lanes.delete(job.lane);
      if (this.#running.size === 0) this.#idle.resolve(undefined);
      this.#startAll();
    });
  }
}
