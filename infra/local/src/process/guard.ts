import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import type { SystemUser } from './system-user.ts';

/**
 * A shell that owns a server process and blocks on its stdin, a pipe that we hold: when we end, however that
 * happens, the pipe closes and the server gets its stop signal. It prints the server's process id.
 */
const guardScript = `
signal=$1; shift
exec 3<&0 </dev/null
"$@" >&2 3<&- &
child=$!
echo "$child"
exec >&-
trap 'kill -s "$signal" "$child"' TERM INT HUP
{ read -r _ <&3; kill -s "$signal" "$child"; } 2>/dev/null &
watcher=$!
exec 3<&-
code=0
while :; do
  wait "$child"; code=$?
  kill -0 "$child" 2>/dev/null || break
done
kill "$watcher" 2>/dev/null
exit "$code"
`;

export interface GuardedCommand {
  command: string;
  args: string[];
  /** Without it, the server gets our environment. */
  env?: Record<string, string>;
  /** An open file that takes what the server prints. */
  logFd: number;
  stopSignal: 'INT' | 'TERM';
  user?: SystemUser | undefined;
  cwd?: string;
}

export interface GuardedProcess {
  /** Of the server itself, not of its guard. */
  pid: number;
  /** Resolves with the exit code when the server has ended, for whatever reason. */
  exited: Promise<number>;
  /** Asks the server to stop and waits for it; after `graceMs` it is killed. */
  stop(graceMs: number): Promise<void>;
}

/** Starts a server that ends with us, in a process group of its own (Ctrl-C in the terminal does not reach it). */
export async function startGuarded(spec: GuardedCommand): Promise<GuardedProcess> {
  const identity = spec.user === undefined ? {} : { uid: spec.user.uid, gid: spec.user.gid };
  const guard = spawn('/bin/sh', ['-c', guardScript, 'guard', spec.stopSignal, spec.command, ...spec.args], {
    ...identity,
    detached: true,
    env: spec.env,
    cwd: spec.cwd ?? '/',
    stdio: ['pipe', 'pipe', spec.logFd],
  }) as ChildProcess & { stdin: Writable; stdout: Readable };
  const exited = new Promise<number>((resolve) => guard.once('close', (code) => resolve(code ?? -1)));
  guard.stdin.on('error', () => undefined); // EPIPE when the guard is gone: `exited` tells
  await once(guard, 'spawn');
  const pid = await readPid(guard.stdout);
  return {
    pid,
    exited,
    async stop(graceMs) {
      guard.stdin.end();
      const timer = setTimeout(() => killQuietly(pid), graceMs);
      await exited;
      clearTimeout(timer);
    },
  };
}

async function readPid(stdout: Readable): Promise<number> {
  let text = '';
  for await (const chunk of stdout) text += String(chunk);
  return Number(text);
}

/** Sends SIGKILL to a process that may be gone already. */
export function killQuietly(pid: number, signal: NodeJS.Signals = 'SIGKILL'): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended, which is what was wanted.
  }
}
