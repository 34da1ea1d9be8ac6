import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { killQuietly } from '../process/guard.ts';

/**
 * Clears what an earlier run left: waits for a server of this folder that is still stopping (and stops it when
 * it does not), and removes a postmaster.pid whose number has gone to some other program, on which the server
 * would refuse to start.
 */
export async function clearOrphan(dataDir: string): Promise<void> {
  const file = path.join(dataDir, 'postmaster.pid');
  const pid = readPid(file);
  if (pid === undefined) return;
  for (let waited = 0; isOurs(pid, dataDir); waited += 50) {
    if (waited === 2_000) killQuietly(pid, 'SIGINT');
    if (waited >= 10_000) throw new Error(`Process ${pid} still runs the database in ${dataDir}.`);
    await wait(50);
  }
  if (readPid(file) === pid) rmSync(file, { force: true });
}

function readPid(file: string): number | undefined {
  try {
    return Number.parseInt(readFileSync(file, 'utf8'), 10) || undefined;
  } catch {
    return undefined;
  }
}

function isOurs(pid: number, dataDir: string): boolean {
  const command = commandLine(pid);
  return command.includes('postgres') && command.includes(dataDir);
}

function commandLine(pid: number): string {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
  } catch {
    return ''; // no such process
  }
}
