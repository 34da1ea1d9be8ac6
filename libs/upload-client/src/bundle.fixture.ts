import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const root = path.resolve(import.meta.dirname, '..', '..', '..');
const vite = path.join(root, 'node_modules', 'vite', 'bin', 'vite.js');

/** Builds a script that imports this package, as a page would. Answers the folder that `entry.js` is in. */
export async function bundle(folder: string, script: string): Promise<string> {
  const entry = path.join(folder, 'entry.js');
  const config = path.join(folder, 'vite.config.mjs');
  const outDir = path.join(folder, 'dist');
  const options = {
    root: folder,
    logLevel: 'error',
    resolve: { alias: { '@darkroom/upload-client': path.join(import.meta.dirname, 'index.ts') } },
    worker: { format: 'es' },
    build: {
      outDir,
      target: 'es2022',
      modulePreload: { polyfill: false },
      rollupOptions: { input: entry, output: { entryFileNames: 'entry.js' } },
    },
  };
  await writeFile(entry, script);
  await writeFile(config, `export default ${JSON.stringify(options)};`);
  await promisify(execFile)(process.execPath, [vite, 'build', folder, '--config', config], { cwd: folder });
  return outDir;
}
