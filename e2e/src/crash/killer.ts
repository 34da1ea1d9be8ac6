import { setTimeout as pause } from 'node:timers/promises';
import { waitFor, type TestStack } from '@darkroom/testing';
import { seededRandom } from '../support/random.ts';

/** A process is killed that long after it has become ready, at most: some before they do anything, some amid their work. */
const longestLifeMs = 6_000;

export interface KillGoal {
  readonly total: number;
  readonly ofEach: number;
}

/** Kills processes of a stack, each again and again at moments of its own, and knows how often. */
export class Killer {
  readonly counts = new Map<string, number>();
  readonly #stack: TestStack;
  readonly #goal: KillGoal;

  constructor(stack: TestStack, targets: readonly string[], goal: KillGoal) {
    this.#stack = stack;
    this.#goal = goal;
    for (const target of targets) this.counts.set(target, 0);
  }

  get total(): number {
    return [...this.counts.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Kills until the goal is reached and `isOver` says so; in the end all of them run again. */
  async run(seed: number, isOver: () => boolean): Promise<void> {
    const { total, ofEach } = this.#goal;
    const isDone = () => this.total >= total && Math.min(...this.counts.values()) >= ofEach && isOver();
    const names = [...this.counts.keys()];
    await Promise.all(
      names.map((name, place) => this.#haunt(name, seededRandom(seed * 100 + place), isDone)),
    );
  }

  async #haunt(name: string, random: () => number, isDone: () => boolean): Promise<void> {
    let pid: number | undefined;
    while (!isDone()) {
      pid = await this.#nextPid(name, pid);
      await pause(random() * longestLifeMs); // the moment of the kill
      process.kill(pid, 'SIGKILL');
      this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
    }
    await this.#nextPid(name, pid);
  }

  /** Of the process that has become ready in the place of the one that was killed. */
  async #nextPid(name: string, killed: number | undefined): Promise<number> {
    let pid: number | undefined;
    await waitFor(
      async () => {
        const { processes } = await this.#stack.describe();
        pid = processes.find((running) => running.name === name)?.pid;
        return pid !== undefined && pid !== killed;
      },
      { timeoutMs: 30_000, what: `${name} to run` },
    );
    return pid as number;
  }
}
