import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { findPreviousRelease } from './previous-release.ts';

let folder: string;
let root: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'darkroom releases '));
  root = path.join(folder, 'origin');
  execFileSync('git', ['init', '--quiet', root]);
  commit('first', '## [Unreleased]');
});
afterEach(() => rmSync(folder, { recursive: true }));

const settings = ['user.name=test', 'user.email=test@example.com', 'commit.gpgsign=false'];
const git = (...args: string[]): string =>
  execFileSync('git', [...settings.flatMap((setting) => ['-c', setting]), ...args], {
    cwd: root,
    encoding: 'utf8',
  }).trim();

/** Commits a changelog with these lines, and answers the commit. */
function commit(message: string, ...lines: string[]): string {
  writeFileSync(path.join(root, 'CHANGELOG.md'), `# Changelog\n\n${lines.join('\n\n')}\n`);
  git('add', '.');
  git('commit', '--quiet', '--allow-empty', '-m', message);
  return git('rev-parse', 'HEAD');
}

/** The first release, and two commits after it. */
function releaseFirst(): string {
  const released = commit('release', '## [Unreleased]', '## [0.1.0] - 2026-01-01');
  commit('more', '## [Unreleased]', '- more', '## [0.1.0] - 2026-01-01');
  commit('much more', '## [Unreleased]', '- much more', '## [0.1.0] - 2026-01-01');
  return released;
}

describe('findPreviousRelease', () => {
  it('is the commit that brought the heading', async () => {
    const released = releaseFirst();
    expect(await findPreviousRelease(root)).toEqual({ version: '0.1.0', commit: released });
  });

  it('is the tag, where there is one', async () => {
    releaseFirst();
    git('tag', '--no-sign', 'v0.1.0', 'HEAD~1');
    expect(await findPreviousRelease(root)).toEqual({ version: '0.1.0', commit: git('rev-parse', 'HEAD~1') });
  });

  it('is the one before, where a release itself is checked out', async () => {
    const released = releaseFirst();
    commit('release', '## [Unreleased]', '## [0.2.0] - 2026-02-01', '- much more', '## [0.1.0] - 2026-01-01');
    expect(await findPreviousRelease(root)).toEqual({ version: '0.1.0', commit: released });
  });

  it('is none before the first release, and at it', async () => {
    await expect(findPreviousRelease(root)).rejects.toThrow('names no release before this commit');
    commit('release', '## [Unreleased]', '## [0.1.0] - 2026-01-01');
    await expect(findPreviousRelease(root)).rejects.toThrow('names no release before this commit');
  });

  it('is none where the history does not reach so far', async () => {
    releaseFirst();
    const shallow = path.join(folder, 'shallow');
    execFileSync('git', ['clone', '--quiet', '--depth=2', pathToFileURL(root).href, shallow]);
    await expect(findPreviousRelease(shallow)).rejects.toThrow('does not reach the commit of [0.1.0]');
  });

  it('is none without git', async () => {
    rmSync(path.join(root, '.git'), { recursive: true });
    await expect(findPreviousRelease(root)).rejects.toThrow('not a git repository');
  });
});
