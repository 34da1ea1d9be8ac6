import { readFile } from 'node:fs/promises';

export interface ProcessFigures {
  /** User and system time used so far, in seconds. */
  readonly cpuSeconds: number;
  /** Resident set now, and the highest so far, in bytes. */
  readonly residentBytes: number;
  readonly peakBytes: number;
}

const ticksPerSecond = 100; // USER_HZ, the same on every Linux that Node runs on

/** What the kernel accounts for a running process (Linux, /proc; see proc(5)). */
export async function processFigures(pid: number): Promise<ProcessFigures> {
  const [stat, status] = await Promise.all([
    readFile(`/proc/${pid}/stat`, 'utf8'),
    readFile(`/proc/${pid}/status`, 'utf8'),
  ]);
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [userTicks, systemTicks] = [Number(fields[11]), Number(fields[12])];
  const bytes = (name: string) =>
    1024 * Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0);
  return {
    cpuSeconds: (userTicks + systemTicks) / ticksPerSecond,
    residentBytes: bytes('VmRSS'),
    peakBytes: bytes('VmHWM'),
  };
}
