import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';

export interface SystemUser {
  uid: number;
  gid: number;
}

/** PostgreSQL refuses to run as root: who it runs as then. `undefined` where we are not root. */
export function serverUser(dataDir: string): SystemUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const owner = ownerOf(dataDir);
  if (owner.uid !== 0) return owner;
  const user = findUser('postgres') ?? findUser('nobody');
  if (user === undefined)
    throw new Error('Run as root, PostgreSQL needs a user "postgres" or "nobody" to run as.');
  return user;
}

/** Whether that user can execute the file or enter the folder, through all folders above it. */
export function canReach(user: SystemUser | undefined, file: string): boolean {
  if (user === undefined) return true;
  return (
    spawnSync('/bin/sh', ['-c', 'test -x "$1"', 'sh', file], { ...identity(user), cwd: '/' }).status === 0
  );
}

function identity(user: SystemUser): { uid: number; gid: number } {
  return { uid: user.uid, gid: user.gid };
}

/** Owner of the folder, or of the nearest one above it that exists. */
function ownerOf(folder: string): SystemUser {
  try {
    const { uid, gid } = statSync(folder);
    return { uid, gid };
  } catch {
    return ownerOf(path.dirname(folder));
  }
}

function findUser(name: string): SystemUser | undefined {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  return uid === undefined || gid === undefined ? undefined : { uid: Number(uid), gid: Number(gid) };
}
