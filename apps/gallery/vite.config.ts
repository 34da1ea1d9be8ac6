import react from '@vitejs/plugin-react';
import { defineConfig, loadEnv } from 'vite';

/** In development Vite serves the page and hands the API's paths to a running local stack. */
export default defineConfig(({ mode }) => {
  const port = loadEnv(mode, import.meta.dirname, 'DARKROOM_')['DARKROOM_HTTP_PORT'] ?? '8080';
  const target = `http://127.0.0.1:${port}`;
  return {
    root: import.meta.dirname,
    plugins: [react()],
    server: { proxy: { '/api': target, '/config.json': target } },
    build: {
      target: 'es2022',
      assetsInlineLimit: 0, // a strict CSP has no place for data: URLs
      modulePreload: { polyfill: false }, // its inline helper buys nothing where ES modules are there
    },
  };
});
