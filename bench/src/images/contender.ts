import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';

/** A program that reads a path a line and answers CPU microseconds a line. */
export interface ContenderCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

/** One running contender. It stays up over all images, so that what starting costs is not measured. */
export class Contender {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #reader: Interface;

  constructor({ command, args, env }: ContenderCommand) {
    this.#child = spawn(command, args, {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, ...env },
    });
    if (!this.#child.stdout) throw new Error('a contender has no output');
    this.#reader = createInterface({ input: this.#child.stdout });
    this.#lines = this.#reader[Symbol.asyncIterator]();
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** CPU milliseconds for one image. */
  async measure(path: string): Promise<number> {
    this.#child.stdin?.write(`${path}\n`);
    return this.#answer();
  }

  /** Wall milliseconds for many images, as many at once as the contender takes. */
  async time(paths: readonly string[]): Promise<number> {
    const start = performance.now();
    this.#child.stdin?.write(paths.map((path) => `${path}\n`).join(''));
    for (const _path of paths) await this.#answer();
    return performance.now() - start;
  }

  async end(): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#child.stdin?.end();
    await ended;
    this.#reader.close();
  }

  async #answer(): Promise<number> {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error(`${this.#child.spawnfile} ended early`);
    return Number(value) / 1_000;
  }
}
