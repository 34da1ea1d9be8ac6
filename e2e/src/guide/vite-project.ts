import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runIn } from './packages.ts';

/** What the examples are built with, beside the packages that they tell of. */
export const viteTools = { typescript: '7.0.2', vite: '8.3.8' };

const compilerOptions = {
  target: 'ES2023',
  lib: ['ES2023', 'DOM', 'DOM.Iterable'],
  module: 'ESNext',
  moduleResolution: 'bundler',
  types: ['vite/client'],
  jsx: 'react-jsx',
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noEmit: true,
};

/** Checks and builds a project in a folder of `root`, where its packages are installed. Answers the folder to be served. */
export async function buildByVite(root: string, name: string): Promise<string> {
  const project = join(root, name);
  await writeFile(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['src'] }));
  await runIn(project, process.execPath, [join(root, 'node_modules/typescript/bin/tsc')]);
  await runIn(project, process.execPath, [join(root, 'node_modules/vite/bin/vite.js'), 'build']);
  return join(project, 'dist');
}
