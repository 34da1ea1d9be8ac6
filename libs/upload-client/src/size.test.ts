import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';

const root = path.resolve(import.meta.dirname, '..', '..', '..');
const vite = path.join(root, 'node_modules', 'vite', 'bin', 'vite.js');
const budgetBytes = 10_000;

/** Builds what imports this and nothing else, as a page would; answers each file's name and its bytes gzipped. */
async function builtSizes(folder: string, statement: string): Promise<Record<string, number>> {
  const entry = path.join(folder, 'entry.js');
  const config = path.join(folder, 'vite.config.mjs');
  const options = {
    root: folder,
    logLevel: 'error',
    resolve: {
      conditions: ['darkroom-source', 'module', 'browser'],
      alias: { '@darkroom/upload-client': path.join(import.meta.dirname, 'index.ts') },
    },
    worker: { format: 'es' },
    build: {
      outDir: path.join(folder, 'dist'),
      target: 'es2022',
      modulePreload: { polyfill: false },
      rollupOptions: { input: entry },
    },
  };
  await writeFile(entry, statement);
  await writeFile(config, `export default ${JSON.stringify(options)};`);
  await promisify(execFile)(process.execPath, [vite, 'build', folder, '--config', config], { cwd: folder });
  const files = await readdir(path.join(folder, 'dist'), { recursive: true });
  const sizes = files
    .filter((name) => name.endsWith('.js'))
    .map(async (name) => [
      path.basename(name),
      gzipSync(await readFile(path.join(folder, 'dist', name))).length,
    ]);
  return Object.fromEntries(await Promise.all(sizes)) as Record<string, number>;
}

describe('what a page loads', () => {
  let folder: string;
  beforeEach(async () => (folder = await mkdtemp(path.join(tmpdir(), 'darkroom-size-'))));
  afterEach(() => rm(folder, { recursive: true }));

  it(`for upload(), workers and all, is at most ${budgetBytes} bytes gzipped`, async () => {
    const sizes = await builtSizes(
      folder,
      "import { upload } from '@darkroom/upload-client'; globalThis.upload = upload;",
    );
    expect(Object.keys(sizes).filter((name) => name.startsWith('sha256-worker'))).toHaveLength(1);
    const total = Object.values(sizes).reduce((sum, bytes) => sum + bytes, 0);
    expect(total).toBeGreaterThan(1_000);
    expect(total).toBeLessThanOrEqual(budgetBytes);
  });

  it('is nothing when it is imported for nothing', async () => {
    const sizes = await builtSizes(folder, "import '@darkroom/upload-client'; globalThis.loaded = true;");
    expect(Object.values(sizes).reduce((sum, bytes) => sum + bytes, 0)).toBeLessThan(200);
  });
});
