import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

interface Release {
  version: string;
  commit: string;
}

/**
 * The newest release before what is checked out: by its tag, else (clones may lack tags) by the commit that brought its
 * heading into CHANGELOG.md. Throws an error that says why there is none.
 */
export async function findPreviousRelease(root: string): Promise<Release> {
  const git = async (...args: string[]): Promise<string> =>
    (await run('git', args, { cwd: root })).stdout.trim();
  const head = await git('rev-parse', 'HEAD');
  const changelog = path.join(root, 'CHANGELOG.md');
  const text = existsSync(changelog) ? readFileSync(changelog, 'utf8') : '';
  for (const [heading, version = ''] of text.matchAll(/^## \[(\d+\.\d+\.\d+)\]/gm)) {
    const tagged = await git('rev-parse', '--verify', '--quiet', `refs/tags/v${version}^{commit}`).catch(
      () => '',
    );
    const commit = tagged === '' ? await broughtBy(git, heading) : tagged;
    if (commit !== head) return { version, commit };
  }
  throw new Error('CHANGELOG.md names no release before this commit');
}

async function broughtBy(git: (...args: string[]) => Promise<string>, heading: string): Promise<string> {
  const commits = await git('log', `-S${heading}`, '--format=%H %P', '--', 'CHANGELOG.md');
  const [commit = '', ...parents] = commits.split('\n').at(-1)?.split(' ') ?? [];
  // Where a shallow clone ends, everything seems to have come at once
  if (parents.length === 0)
    throw new Error(`the history that is here does not reach the commit of ${heading.slice(3)}`);
  return commit;
}

export interface Checkout {
  folder: string;
  close(): Promise<void>;
}

/** The files of a commit in a folder of its own, with its dependencies installed, in a minute. Throws where that fails. */
async function checkOut(root: string, commit: string): Promise<Checkout> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'darkroom-previous-'));
  const close = () => rm(folder, { recursive: true, force: true });
  try {
    const archive = path.join(folder, 'release.tar');
    await run('git', ['archive', `--output=${archive}`, commit], { cwd: root });
    await run('tar', ['-xf', archive, '-C', folder]);
    await rm(archive);
    // Any program of it will do: the first one installs what it needs
    const program = ['scripts/run.mjs', 'apps/cli/src/main.ts', '--help'];
    const child = spawn(process.execPath, program, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
    const [code] = (await once(child, 'close')) as [number | null];
    if (code !== 0) throw new Error(`its programs cannot be run (exit code ${code})`);
    return { folder, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * A checkout of the release before, for the test that updates from it. Says what it is, or why there is none: that test
 * then updates from this version to itself.
 */
export async function previousCheckout(root: string): Promise<Checkout | undefined> {
  try {
    const { version, commit } = await findPreviousRelease(root);
    console.log(`\nThe release before this version: ${version} (${commit.slice(0, 7)}), to be updated from`);
    return await checkOut(root, commit);
  } catch (error) {
    const reason = error instanceof Error ? error.message.trim() : String(error);
    console.log(
      `\nThe release before is not to be had: ${reason}. The update is tried from this version alone.`,
    );
    return undefined;
  }
}
