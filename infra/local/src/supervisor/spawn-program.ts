import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { killQuietly } from '../process/guard.ts';
import { repository } from './repository.ts';

export interface Program {
  name: string;
  /** The file to run and its arguments. */
  file: string;
  args?: readonly string[];
  env: Readonly<Record<string, string>>;
}

export interface SpawnedProgram {
  pid: number;
  /** Resolves when it says that it is ready; rejects when it ends before. */
  ready: Promise<void>;
  /** Resolves when it has ended, with what ended it: an exit code or the name of a signal. */
  exited: Promise<number | string>;
  /** SIGTERM, and SIGKILL for it and its own children when it takes longer than that. */
  stop(graceMs: number): Promise<void>;
}

const endWithParent = new URL(
  `../process/end-with-parent${path.extname(import.meta.filename)}`,
  import.meta.url,
);

/**
 * Starts a program of ours in a process group of its own, so that Ctrl-C in the terminal reaches the supervisor
 * alone. Its end is tied to ours by the IPC channel.
 */
export function spawnProgram(program: Program, onLine: (line: string) => void): SpawnedProgram {
  const child = spawnNode(program);
  readLines(child, onLine);
  const exited = new Promise<number | string>((resolve) => {
    child.once('error', () => resolve('could not be started'));
    child.once('close', (code, signal) => resolve(signal ?? code ?? 1));
  });
  const ready = new Promise<void>((resolve, reject) => {
    child.on('message', (message) => {
      const { type, ready: isReady } = message as { type?: string; ready?: boolean };
      if (type === 'ready' || isReady === true) resolve();
    });
    void exited.then((how) => reject(new Error(`${program.name} ended before it was ready (${how})`)));
  });
  ready.catch(() => undefined); // whoever waits for it is told; nobody need to
  return {
    pid: child.pid ?? 0,
    ready,
    exited,
    async stop(graceMs) {
      child.kill('SIGTERM');
      const timer = setTimeout(() => killGroup(child.pid), graceMs);
      await exited;
      clearTimeout(timer);
    },
  };
}

function spawnNode({ file, args = [], env }: Program): ChildProcess {
  // eslint-disable-next-line no-restricted-properties -- no setting of the stack: what `npm test` watches its programs with
  const watcher = process.env['DARKROOM_TEST_IMPORT'];
  const imports = [endWithParent.href, ...(watcher === undefined ? [] : [watcher])];
  const options = ['--conditions=darkroom-source', ...imports.map((url) => `--import=${url}`)];
  return spawn(process.execPath, [...options, file, ...args], {
    env: { ...env },
    cwd: repository,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
}

function killGroup(pid: number | undefined): void {
  if (pid !== undefined) killQuietly(process.platform === 'win32' ? pid : -pid);
}

function readLines(child: ChildProcess, onLine: (line: string) => void): void {
  for (const stream of [child.stdout, child.stderr]) {
    if (stream !== null) createInterface({ input: stream }).on('line', onLine);
  }
}

/** Runs a program to its end and returns what it printed on stdout. Throws with its errors when it fails. */
export async function runProgram(program: Program, signal: AbortSignal): Promise<string> {
  const child = spawnNode(program);
  const abort = (): void => killGroup(child.pid);
  signal.addEventListener('abort', abort);
  let stdout = '';
  let errors = '';
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const code = await new Promise((resolve) => {
    child.once('error', resolve);
    child.once('close', (exitCode, signalName) => resolve(exitCode ?? signalName));
  });
  signal.removeEventListener('abort', abort);
  if (code !== 0)
    throw new Error(`${program.name} failed (${String(code)}):\n${(errors || stdout).trim().slice(-3_000)}`);
  return stdout;
}
