import { readdir, readFile } from 'node:fs/promises';

export interface ProcessFigures {
  /** User and system time used so far by the process and its children, those that have ended included, in seconds. */
  readonly cpuSeconds: number;
  /** What they hold in memory now, in bytes; what they share is counted once (PSS). */
  readonly bytes: number;
}

const ticksPerSecond = 100; // USER_HZ, the same on every Linux that Node runs on

/** What the kernel accounts for a running process and all below it (Linux, /proc; see proc(5)). */
export async function treeFigures(pid: number): Promise<ProcessFigures> {
  const figures = await Promise.all((await treeOf(pid)).map(figuresOf));
  return {
    cpuSeconds: figures.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0),
    bytes: figures.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

/** The process and all that it, and they, have started. */
async function treeOf(pid: number): Promise<number[]> {
  const all = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const parents = new Map<number, number>();
  await Promise.all(
    all.map(async (each) => {
      const fields = await statOf(each);
      if (fields !== undefined) parents.set(each, Number(fields[1]));
    }),
  );
  const tree = [pid];
  for (const parent of tree)
    tree.push(...[...parents].filter(([, of]) => of === parent).map(([child]) => child));
  return tree;
}

async function figuresOf(pid: number): Promise<ProcessFigures> {
  const [stat, memory] = await Promise.all([statOf(pid), textOf(`/proc/${pid}/smaps_rollup`)]);
  // utime, stime, and the same of children that have ended and been waited for
  const ticks = stat?.slice(11, 15).reduce((sum, field) => sum + Number(field), 0) ?? 0;
  const kilobytes = Number(/^Pss:\s+(\d+) kB/m.exec(memory)?.[1] ?? 0);
  return { cpuSeconds: ticks / ticksPerSecond, bytes: kilobytes * 1024 };
}

/** Fields of /proc/pid/stat from the state on; undefined where the process has ended. */
async function statOf(pid: number): Promise<string[] | undefined> {
  const stat = await textOf(`/proc/${pid}/stat`);
  return stat === '' ? undefined : stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

/** Empty where the process has ended meanwhile. */
async function textOf(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}
