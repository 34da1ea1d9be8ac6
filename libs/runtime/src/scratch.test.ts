import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openScratch } from './scratch.ts';

describe('openScratch', () => {
  let parent: string;
  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'scratch-test-'));
  });
  afterEach(() => rm(parent, { recursive: true }));

  it('removes a file however the work ends', async () => {
    const scratch = await openScratch(parent);
    let seen = '';
    const failing = scratch.withFile(async (path) => {
      seen = path;
      await writeFile(path, 'x');
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(existsSync(seen)).toBe(false);
    await scratch.close();
    expect(await readdir(parent)).toEqual([]);
  });

  it('removes what a killed process left, and nothing of a living one', async () => {
    const dead = spawnSync(process.execPath, ['--version']).pid;
    await mkdir(join(parent, `${dead}-abcdef`));
    await mkdir(join(parent, `${process.ppid}-abcdef`));
    const scratch = await openScratch(parent);
    const left = await readdir(parent);
    expect(left).toContain(`${process.ppid}-abcdef`);
    expect(left).not.toContain(`${dead}-abcdef`);
    await scratch.close();
  });
});
