import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError } from '@darkroom/kernel';
import {
  overCpu,
  overMemory,
  type DecoderDeath,
  type DecoderLimits,
  type DecoderReply,
  type DecoderRequest,
} from './protocol.ts';

/** Signals by which a process dies of its own bugs: what a hostile file may do to a native decoder. */
const crashes = new Set(['SIGSEGV', 'SIGBUS', 'SIGILL', 'SIGFPE', 'SIGABRT', 'SIGTRAP']);

/** One decoder child. Does one job at a time; dies with its parent. */
export class DecoderProcess {
  readonly #child: ChildProcess;
  readonly #limits: DecoderLimits;
  readonly #ended: Promise<unknown>;
  #errors = '';
  /** How many jobs it has taken. */
  jobs = 0;

  constructor(limits: DecoderLimits) {
    this.#limits = limits;
    const extension = extname(import.meta.url); // `.ts` when run from source, `.js` when built
    const program = fileURLToPath(new URL(`./decoder-child${extension}`, import.meta.url));
    this.#child = fork(program, [String(limits.memoryBytes), String(limits.cpuMs)], {
      serialization: 'advanced', // bytes go over as bytes
      execArgv: extension === '.ts' ? ['--conditions=darkroom-source'] : [],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#errors = (this.#errors + text).slice(-500);
    });
    this.#ended = once(this.#child, 'exit').catch((error: unknown) => {
      this.#errors += String(error); // could not be started at all
    });
  }

  get alive(): boolean {
    return this.#child.connected;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Does one job, or tells how the process died of it. Throws when the process is lost for a reason that is not the file's. */
  async run(request: DecoderRequest): Promise<DecoderReply | DecoderDeath> {
    this.jobs += 1;
    const stop = new AbortController();
    const reply = once(this.#child, 'message', { signal: stop.signal }).then(
      ([message]) => message as DecoderReply,
    );
    reply.catch(() => undefined); // `stop` ends the listening, not the job
    try {
      const sent = new Promise<never>((_resolve, reject) => {
        this.#child.send(request, (error) => error && reject(error));
      });
      sent.catch(() => undefined);
      return await Promise.race([reply, this.#ended.then(() => this.#why())]);
    } finally {
      stop.abort();
    }
  }

  /** Lets an idle process end by itself. Resolves when it has. */
  async end(): Promise<void> {
    if (this.#child.connected) this.#child.disconnect();
    await this.#ended;
  }

  /** Ends it at once, whatever it is at. Resolves when it has ended. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended;
  }

  #why(): DecoderDeath {
    const signal = this.#child.signalCode;
    const { memoryBytes, cpuMs } = this.#limits;
    if (signal === overMemory)
      return { died: `decoding takes more than ${Math.round(memoryBytes / 1e6)} MB` };
    if (signal === overCpu) return { died: `decoding takes more than ${cpuMs / 1_000} s` };
    if (signal && crashes.has(signal)) return { died: `the decoder crashed (${signal})` };
    throw new AppError('internal', `a decoder process ended amid a job (${signal ?? this.#child.exitCode})`, {
      reason: 'decoder_lost',
      retryable: true,
      cause: this.#errors,
    });
  }
}
