import { setTimeout as wait } from 'node:timers/promises';
import type { StackConsole } from './console.ts';
import { StartError } from './settings.ts';

/** A running server or program, however it is run. */
export interface Running {
  /** Undefined where it is no process of this machine. */
  pid: number | undefined;
  exited: Promise<unknown>;
  stop(graceMs: number): Promise<void>;
}

export interface PartOptions {
  name: string;
  console: StackConsole;
  /** Starts it and resolves when it is ready; gives up when the signal says so. */
  start: (signal: AbortSignal) => Promise<Running>;
  /** Called when it runs under another pid than before, and when it has ended. */
  onChange: () => void;
}

/** One part of the stack: started again, after growing pauses, when it ends by itself. */
export interface Part {
  readonly name: string;
  /** Undefined while it is not running. */
  readonly pid: number | undefined;
  /** Resolves when it has become ready for the first time; rejects when it does not start. */
  start(): Promise<void>;
  /** Ends it on purpose, upon which it is started again at once. */
  restart(): Promise<void>;
  stop(graceMs: number): Promise<void>;
}

const firstPauseMs = 250;
const longestPauseMs = 10_000;
const firstAttempts = 3;
/** A part that ran that long begins again with the shortest pause. */
const settledMs = 3_000;

export function createPart({ name, console, start, onChange }: PartOptions): Part {
  const stopping = new AbortController();
  const { signal } = stopping;
  let running: Running | undefined;
  let onPurpose = false;
  let pauseMs = firstPauseMs;
  let work: Promise<void> = Promise.resolve();

  async function begin(): Promise<void> {
    const started = await start(signal);
    if (signal.aborted) return started.stop(1_000);
    running = started;
  }

  /** A first start that fails may be for a reason that passes, such as a server that is slow to settle. */
  async function beginPatiently(): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await begin();
      } catch (error) {
        if (signal.aborted || attempt === firstAttempts || error instanceof StartError) throw error;
        await pause(error instanceof Error ? error.message : String(error));
      }
    }
  }

  async function watchAndRestart(): Promise<void> {
    while (!signal.aborted) {
      const since = Date.now();
      const how = await running?.exited;
      const failed = running === undefined;
      running = undefined;
      if (signal.aborted) return;
      onChange();
      if (Date.now() - since > settledMs) pauseMs = firstPauseMs;
      if (!onPurpose) await pause(`${name} ${failed ? 'did not start' : `ended (${describe(how)})`}`);
      onPurpose = false;
      if (signal.aborted) return;
      await begin().then(
        () => console.say('info', `${name} runs again`),
        (error: unknown) => console.say('error', error instanceof Error ? error.message : String(error)),
      );
      if (running !== undefined) onChange();
    }
  }

  async function pause(what: string): Promise<void> {
    console.say('warn', `${what}; starting it again in ${pauseMs / 1000} s`);
    await wait(pauseMs, undefined, { signal }).catch(() => undefined); // woken by stop()
    pauseMs = Math.min(pauseMs * 2, longestPauseMs);
  }

  return {
    name,
    get pid() {
      return running?.pid;
    },
    async start() {
      work = beginPatiently();
      await work;
      work = watchAndRestart();
    },
    async restart() {
      onPurpose = running !== undefined;
      pauseMs = firstPauseMs;
      await running?.stop(3_000);
    },
    async stop(graceMs) {
      stopping.abort();
      await running?.stop(graceMs);
      await work.catch(() => undefined); // a start that failed was told to who asked for it
    },
  };
}

function describe(how: unknown): string {
  return typeof how === 'number' ? `exit code ${how}` : String(how);
}
