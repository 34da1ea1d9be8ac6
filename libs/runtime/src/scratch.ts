import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';

export interface ScratchFolder {
  /** Gives `work` a path where nothing is yet, and removes what lies there afterwards, however `work` ends. */
  withFile<T>(work: (path: string) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/**
 * A folder of this process's own under `parent` for short-lived files. Folders that killed processes left there are
 * removed first; their names begin with the process id (in a container every process has the same one).
 */
export async function openScratch(parent: string): Promise<ScratchFolder> {
  await mkdir(parent, { recursive: true });
  await removeAbandoned(parent);
  const folder = await mkdtemp(join(parent, `${process.pid}-`));
  return {
    async withFile(work) {
      const path = join(folder, randomUUID());
      try {
        return await work(path);
      } finally {
        await rm(path, { force: true });
      }
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

async function removeAbandoned(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const pid = Number(/^(\d+)-\w{6}$/.exec(name)?.[1]);
    if (pid === process.pid || (pid > 0 && !isAlive(pid)))
      await rm(join(parent, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
