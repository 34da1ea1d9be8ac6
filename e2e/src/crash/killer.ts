import { waitFor, type TestStack } from '@darkroom/testing';

/** Kills processes of a stack, and knows how often. */
export class Killer {
  readonly counts = new Map<string, number>();
  readonly #stack: TestStack;
  readonly #random: () => number;

  constructor(stack: TestStack, targets: readonly string[], random: () => number) {
    this.#stack = stack;
    this.#random = random;
    for (const target of targets) this.counts.set(target, 0);
  }

  get total(): number {
    return [...this.counts.values()].reduce((sum, count) => sum + count, 0);
  }

  /** SIGKILL to one process: a random one of those killed least often. Waits until it is there to be killed. */
  async killOne(): Promise<string> {
    const fewest = Math.min(...this.counts.values());
    const candidates = [...this.counts].filter(([, count]) => count <= fewest + 1).map(([name]) => name);
    const name = candidates[Math.floor(this.#random() * candidates.length)] ?? '';
    const pid = await this.#runningPid(name);
    process.kill(pid, 'SIGKILL');
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
    return name;
  }

  async #runningPid(name: string): Promise<number> {
    let pid: number | undefined;
    await waitFor(
      async () => {
        const { processes } = await this.#stack.describe();
        pid = processes.find((running) => running.name === name)?.pid;
        return pid !== undefined && isRunning(pid);
      },
      { timeoutMs: 30_000, what: `${name} to run` },
    );
    return pid as number;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false; // the signal 0 only asks; an error is the answer no
  }
}
