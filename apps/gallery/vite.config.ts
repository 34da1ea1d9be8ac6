import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
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

/**
 * Has the browser fetch what comes after signing in while it still reads the first script: one round trip less for who
 * is signed in, and there at once for who does so now. All else goes first.
 */
function preloadSignedIn(): Plugin {
  return {
    name: 'preload-signed-in',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(_html, { bundle = {} }) {
        const chunks = Object.values(bundle).filter((file) => file.type === 'chunk');
        const entry = chunks.find(({ isEntry }) => isEntry);
        const signedIn = chunks.find(({ isDynamicEntry, name }) => isDynamicEntry && name === 'signed-in');
        if (entry === undefined || signedIn === undefined)
          throw new Error('there is no chunk named signed-in');
        const known = new Set([entry.fileName, ...entry.imports]);
        return [signedIn.fileName, ...signedIn.imports]
          .filter((name) => !known.has(name))
          .map((name) => ({
            tag: 'link',
            attrs: { rel: 'modulepreload', crossorigin: true, fetchpriority: 'low', href: `/${name}` },
            injectTo: 'head' as const,
          }));
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
    plugins: [react(), preloadSignedIn(), removeStaleAssets()],
    resolve: { conditions: ['darkroom-source', ...defaultClientConditions] }, // our packages need no build before
    worker: { format: 'es' },
    server: { proxy: { '/api': target, '/config.json': target } },
    build: {
      target: 'es2022',
      emptyOutDir: false,
      assetsInlineLimit: 0, // a strict CSP has no place for data: URLs
      modulePreload: { polyfill: false }, // its inline helper buys nothing where ES modules are there
    },
  };
});
