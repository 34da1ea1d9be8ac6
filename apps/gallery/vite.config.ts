import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defaultClientConditions, defineConfig, loadEnv, type Plugin } from 'vite';

/**
 * In place of emptying the folder first: a page that is being served meanwhile keeps its files until the new ones are
 * there, and two builds of the same sources (stacks of tests, side by side) do not take each other's away.
 */
function removeStaleAssets(): Plugin {
  return {
    name: 'remove-stale-assets',
    apply: 'build',
    async writeBundle({ dir = '' }, bundle) {
      const names = await readdir(join(dir, 'assets'));
      const stale = names.filter((name) => !Object.hasOwn(bundle, `assets/${name}`));
      await Promise.all(stale.map((name) => rm(join(dir, 'assets', name), { force: true })));
    },
  };
}

const compress = promisify(brotliCompress); // as small as it gets: 11 is zlib's default

/** Puts a Brotli file beside each script and style: smaller than a server makes them on the way, and no work for it. */
function precompress(): Plugin {
  return {
    name: 'precompress',
    apply: 'build',
    generateBundle: {
      order: 'post', // as they will be written
      async handler(_options, bundle) {
        const texts = Object.values(bundle).filter(({ fileName }) => /\.(?:js|css)$/.test(fileName));
        await Promise.all(
          texts.map(async (file) => {
            const source = await compress(file.type === 'chunk' ? file.code : file.source);
            this.emitFile({ type: 'asset', fileName: `${file.fileName}.br`, source });
          }),
        );
      },
    },
  };
}

/** In development Vite serves the page and hands the API's paths to a running local stack. */
export default defineConfig(({ command, mode }) => {
  // What is built is kept, and served to all that come after: React for production, whoever builds, a test included.
  // eslint-disable-next-line no-restricted-properties -- set, not read: Vite has no option for it
  if (command === 'build') process.env['NODE_ENV'] = 'production';
  const port = loadEnv(mode, import.meta.dirname, 'DARKROOM_')['DARKROOM_HTTP_PORT'] ?? '8080';
  const target = `http://127.0.0.1:${port}`;
  return {
    root: import.meta.dirname,
    plugins: [react(), precompress(), removeStaleAssets()],
    resolve: { conditions: ['darkroom-source', ...defaultClientConditions] }, // our packages need no build before
    worker: { format: 'es' },
    server: { proxy: { '/api': target, '/config.json': target } },
    build: {
      target: 'es2022',
      emptyOutDir: false,
      assetsInlineLimit: 0, // a strict CSP has no place for data: URLs
      // What a first visit needs comes in one piece: shared out over several connections, it takes a phone longer.
      rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'start', tags: ['$initial'] }] } } },
      modulePreload: { polyfill: false }, // its inline helper buys nothing where ES modules are there
    },
  };
});
