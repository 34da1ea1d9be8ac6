import { AppError } from '@darkroom/kernel';
import { refusal, type Refusal } from '../refusal.ts';
import { DecoderProcess } from './decoder-process.ts';
import type { DecoderDeath, DecoderLimits, DecoderReply, DecoderRequest } from './protocol.ts';

export interface DecoderPoolOptions extends DecoderLimits {
  /** How many children at once. */
  readonly size: number;
  /** After so many jobs a child is replaced: WebAssembly memory never shrinks. */
  readonly jobsPerChild: number;
  /** A job that takes longer, by the clock, is ended and told as retryable. */
  readonly wallMs: number;
  /** An idle child ends after so long. */
  readonly idleMs: number;
}

export const decoderDefaults: DecoderPoolOptions = {
  size: 1,
  jobsPerChild: 25,
  cpuMs: 120_000,
  // More than `cpuMs`, so that a file that is at fault is told from a machine that is busy. The slowest known file takes 19 s of
  // CPU (docs/performance.md), for which an eighth of a core is enough. A stop waits for it: the chart's grace is longer.
  wallMs: 150_000,
  memoryBytes: 1_500_000_000,
  idleMs: 30_000,
};

/**
 * Children that decode what must not be decoded in the worker itself: a decoder cannot be interrupted, but a process
 * can be killed. They are started when needed, replaced after a number of jobs, and gone after a while without any.
 */
export class DecoderPool {
  readonly #options: DecoderPoolOptions;
  readonly #idle: DecoderProcess[] = [];
  readonly #busy = new Set<DecoderProcess>();
  readonly #waiting: (() => void)[] = [];
  readonly #ending = new Set<Promise<void>>();
  #idleTimer: NodeJS.Timeout | undefined;
  #closed = false;
  #taken = 0;

  constructor(options: Partial<DecoderPoolOptions> = {}) {
    this.#options = { ...decoderDefaults, ...options };
  }

  /** Process ids of the children that live. */
  get pids(): number[] {
    return [...this.#idle, ...this.#busy].map(({ pid }) => pid).filter((pid) => pid !== undefined);
  }

  /**
   * Does a job in a child. A file is refused by two children alone, of which the second is new; with `suspected` the caller
   * has been the first. Throws `aborted` when the signal fires or the pool is closed, and a retryable `internal` when the
   * child was lost, took too long by the clock, or took too much though the file by itself can be decoded.
   */
  async run(
    request: DecoderRequest,
    signal: AbortSignal,
    { suspected = false } = {},
  ): Promise<DecoderReply | Refusal<'undecodable'>> {
    await this.#takeSlot(signal);
    try {
      const first = await this.#attempt(request, signal, suspected);
      if ('died' in first) return await this.#judge(request, first, signal);
      if (suspected || !refuses(first)) return first;
      const second = await this.#attempt(request, signal, true);
      return 'died' in second ? refusal('undecodable', second.died) : second;
    } finally {
      this.#taken -= 1;
      this.#waiting.shift()?.();
    }
  }

  /** A child died of a job. Encoding may be what took so much: decoding alone decides over the file. */
  async #judge(
    { path }: DecoderRequest,
    { died }: DecoderDeath,
    signal: AbortSignal,
  ): Promise<DecoderReply | Refusal<'undecodable'>> {
    const decoded = await this.#attempt({ task: 'decode', path }, signal, true);
    if ('died' in decoded) return refusal('undecodable', decoded.died);
    if (refuses(decoded)) return decoded;
    const message = `${died}, though the file can be decoded: presets may be too costly, or the machine too small`;
    throw new AppError('internal', message, { reason: 'decoder_overrun', retryable: true });
  }

  async #attempt(
    request: DecoderRequest,
    signal: AbortSignal,
    fresh: boolean,
  ): Promise<DecoderReply | DecoderDeath> {
    if (this.#closed || signal.aborted) throw aborted(); // meanwhile
    const child = fresh ? new DecoderProcess(this.#options) : this.#takeChild();
    this.#busy.add(child);
    try {
      return await this.#bounded(child, request, signal);
    } finally {
      this.#busy.delete(child);
      this.#putBack(child);
    }
  }

  /** Ends all children, also those at work, and resolves when they have ended. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#idleTimer);
    for (const wake of this.#waiting.splice(0)) wake();
    this.#endIdle();
    await Promise.all([...[...this.#busy].map((child) => child.kill()), ...this.#ending]);
  }

  async #takeSlot(signal: AbortSignal): Promise<void> {
    while (!this.#closed && !signal.aborted && this.#taken >= this.#options.size) await this.#turn(signal);
    if (this.#closed || signal.aborted) {
      this.#waiting.shift()?.(); // the turn goes on to the next
      throw aborted();
    }
    this.#taken += 1;
  }

  /** Resolves when a slot may be free, or the signal fires. */
  async #turn(signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const wake = () => resolve(undefined);
    this.#waiting.push(wake);
    signal.addEventListener('abort', wake, { once: true });
    await promise;
    signal.removeEventListener('abort', wake);
    const place = this.#waiting.indexOf(wake);
    if (place >= 0) this.#waiting.splice(place, 1);
  }

  #takeChild(): DecoderProcess {
    clearTimeout(this.#idleTimer);
    const child = this.#idle.pop();
    return child?.alive ? child : new DecoderProcess(this.#options);
  }

  #putBack(child: DecoderProcess): void {
    if (!child.alive) return;
    const enough = this.#idle.length >= this.#options.size;
    if (this.#closed || enough || child.jobs >= this.#options.jobsPerChild) {
      this.#end(child);
      return;
    }
    this.#idle.push(child);
    clearTimeout(this.#idleTimer);
    this.#idleTimer = setTimeout(() => this.#endIdle(), this.#options.idleMs).unref();
  }

  #endIdle(): void {
    for (const child of this.#idle.splice(0)) this.#end(child);
  }

  #end(child: DecoderProcess): void {
    const ended: Promise<void> = child.end().finally(() => this.#ending.delete(ended));
    this.#ending.add(ended);
  }

  async #bounded(child: DecoderProcess, request: DecoderRequest, signal: AbortSignal) {
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      void child.kill();
    }, this.#options.wallMs);
    const onAbort = () => void child.kill();
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      return await child.run(request);
    } catch (error) {
      if (signal.aborted || this.#closed) throw aborted(error);
      if (!late) throw error;
      const message = `decoding took longer than ${this.#options.wallMs / 1_000} s`;
      throw new AppError('internal', message, { reason: 'decoder_timeout', retryable: true, cause: error });
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    }
  }
}

function refuses(reply: DecoderReply): boolean {
  return 'result' in reply && !reply.result.ok && reply.result.code === 'undecodable';
}

function aborted(cause?: unknown): AppError {
  return new AppError('aborted', 'decoding was aborted', { cause });
}
