import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { canReach, type SystemUser } from '../process/system-user.ts';
import { sharedFolder } from './binaries.ts';

/** The locale is PostgreSQL's own: initdb fails on a LANG that the system does not have. */
export const serverEnv = { LC_ALL: 'C', LANG: 'C', PATH: '/usr/bin:/bin', TZ: 'UTC' };
export const superuser = 'darkroom';

export interface ClusterSpec {
  /** Where the cluster is wanted. */
  dataDir: string;
  native: string;
  user: SystemUser | undefined;
  /** Password of the superuser; without one, every local connection is trusted. */
  password: string | undefined;
}

/**
 * Makes the cluster where there is none yet, in a temporary folder that is renamed when complete: an
 * interrupted initdb leaves nothing that looks like a cluster. Returns its real folder, which is elsewhere when
 * the user that PostgreSQL runs as cannot enter the wanted one (then `dataDir` is a link to it).
 */
export async function ensureCluster(spec: ClusterSpec): Promise<string> {
  const folder = placeOf(spec);
  const made = readVersion(folder);
  if (made === undefined) await initialise(spec, folder);
  else if (made !== '18') {
    throw new Error(
      `${folder} holds a database of PostgreSQL ${made}, and this is PostgreSQL 18. Move it away first.`,
    );
  }
  return folder;
}

function placeOf({ dataDir, user }: ClusterSpec): string {
  const linked = linkTarget(dataDir);
  if (linked !== undefined) return linked;
  mkdirSync(path.dirname(dataDir), { recursive: true });
  if (existsSync(dataDir) || canReach(user, path.dirname(dataDir))) return dataDir;
  const elsewhere = path.join(sharedFolder(user), `database-${randomUUID()}`);
  mkdirSync(path.dirname(elsewhere), { recursive: true });
  symlinkSync(elsewhere, dataDir);
  return elsewhere;
}

function linkTarget(file: string): string | undefined {
  try {
    return readlinkSync(file);
  } catch {
    return undefined;
  }
}

function readVersion(folder: string): string | undefined {
  try {
    return readFileSync(path.join(folder, 'PG_VERSION'), 'utf8').trim();
  } catch {
    return undefined;
  }
}

async function initialise({ native, user, password }: ClusterSpec, folder: string): Promise<void> {
  const parent = path.dirname(folder);
  const prefix = `${path.basename(folder)}.new-`;
  for (const left of readdirSync(parent).filter((name) => name.startsWith(prefix))) {
    rmSync(path.join(parent, left), { recursive: true, force: true });
  }
  const draft = mkdtempSync(path.join(parent, prefix));
  const data = path.join(draft, 'data');
  const secret = path.join(draft, 'password');
  if (password !== undefined) writeFileSync(secret, password, { mode: 0o600 });
  if (user !== undefined) {
    for (const file of password === undefined ? [draft] : [draft, secret])
      chownSync(file, user.uid, user.gid);
  }
  const access = password === undefined ? ['--auth=trust'] : ['--auth=scram-sha-256', `--pwfile=${secret}`];
  const options = ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C', '--encoding=UTF8'];
  try {
    await promisify(execFile)(
      path.join(native, 'bin', 'initdb'),
      ['-D', data, '-U', superuser, ...access, ...options, '--no-instructions', '--no-sync'],
      { ...(user === undefined ? {} : { uid: user.uid, gid: user.gid }), cwd: '/', env: serverEnv },
    );
    renameSync(data, folder);
  } catch (error) {
    const { stderr } = error as { stderr?: string };
    throw new Error(`initdb failed: ${stderr?.trim() || String(error)}`, { cause: error });
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}
