import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import type { StackConsole } from './console.ts';
import type { Env } from './environment.ts';
import { repository } from './repository.ts';
import { runProgram, spawnProgram, type Program, type SpawnedProgram } from './spawn-program.ts';

const vite = path.join(repository, 'node_modules', 'vite', 'bin', 'vite.js');

const program = (gallery: string, env: Env, ...more: string[]): Program => ({
  name: 'gallery',
  file: vite,
  args: ['build', gallery, '--logLevel', 'warn', ...more],
  env,
});

/** Builds the page when a source is newer than what was built. */
export async function buildPage(
  gallery: string,
  env: Env,
  console: StackConsole,
  signal: AbortSignal,
): Promise<void> {
  const built = path.join(gallery, 'dist', 'index.html');
  const sources = ['src', 'public', 'index.html', 'vite.config.ts', 'package.json'];
  const all = [
    ...sources.map((name) => path.join(gallery, name)),
    path.join(repository, 'libs', 'contracts', 'src'),
    path.join(repository, 'libs', 'upload-client', 'src'),
    path.join(repository, 'libs', 'react-uploader', 'src'),
    path.join(repository, 'libs', 'react-uploader', 'styles.css'),
  ];
  if (existsSync(built) && Math.max(...all.map(newest)) <= statSync(built).mtimeMs) return;
  console.say('info', 'building the page');
  await runProgram(program(gallery, env), signal);
}

/** Builds the page again on every change, for `npm run dev`. */
export function watchPage(gallery: string, env: Env, console: StackConsole): SpawnedProgram {
  return spawnProgram(program(gallery, env, '--watch'), (line) => console.line('gallery', line));
}

/** Time of the newest file at or below this path, in milliseconds; 0 where there is none. */
function newest(file: string): number {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (stat === undefined) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(file).map((name) => newest(path.join(file, name))));
}
