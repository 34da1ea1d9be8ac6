import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { repository } from './repository.ts';

const vite = path.join(repository, 'node_modules', 'vite', 'bin', 'vite.js');
const gallery = path.join(repository, 'apps', 'gallery');

it.each(['test', 'development'])(
  'the page is built for production, also where NODE_ENV is %s: the folder is kept, and served by the next stack',
  async (environment) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'darkroom-page-'));
    await promisify(execFile)(
      process.execPath,
      [vite, 'build', gallery, '--outDir', folder, '--logLevel', 'error'],
      { env: { ...process.env, NODE_ENV: environment, NODE_OPTIONS: '' } },
    );
    const scripts = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.js'));
    expect(scripts.length).toBeGreaterThan(5);
    for (const name of scripts) {
      expect(await readFile(path.join(folder, name), 'utf8')).not.toMatch(/jsxDEV|captureOwnerStack/);
    }
    await rm(folder, { recursive: true });
  },
  60_000,
);
