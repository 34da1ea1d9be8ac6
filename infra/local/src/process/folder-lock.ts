import { randomUUID } from 'node:crypto';
import { mkdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const heartbeatMs = 1_000;
const staleMs = 15_000;

/**
 * Runs the work while no other process does the same. The lock is a folder whose time its holder keeps
 * fresh: one that a killed process left is recognised by its age and taken over.
 */
export async function withFolderLock<T>(folder: string, work: () => Promise<T>): Promise<T> {
  mkdirSync(path.dirname(folder), { recursive: true });
  while (!tryLock(folder)) {
    if (isStale(folder)) removeStale(folder);
    await wait(100);
  }
  const beat = setInterval(() => utimesSync(folder, new Date(), new Date()), heartbeatMs);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    rmSync(folder, { recursive: true, force: true });
  }
}

function tryLock(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function isStale(folder: string): boolean {
  try {
    return Date.now() - statSync(folder).mtimeMs > staleMs;
  } catch {
    return false; // released this moment
  }
}

/** Moves the folder away before removing it: of several that see it stale, one gets it. */
function removeStale(folder: string): void {
  const away = `${folder}-${randomUUID()}`;
  try {
    renameSync(folder, away);
  } catch {
    return; // another was quicker
  }
  if (isStale(away)) rmSync(away, { recursive: true, force: true });
  else renameSync(away, folder); // it had changed hands in between
}
