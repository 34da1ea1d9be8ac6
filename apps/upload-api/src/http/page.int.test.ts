import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { brotliCompressSync } from 'node:zlib';
import { testDatabase, testS3, type TestDatabase, type TestS3 } from '@darkroom/testing';
import { migrate, startTestApi, type TestApi } from './api.fixture.ts';

const packed = 'export const small = true;'; // too short to be compressed on the way
let store: TestS3;
let database: TestDatabase;
let api: TestApi;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'darkroom page ')); // a space, as paths may have
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'index.html'), '<title>Darkroom</title>');
  await writeFile(join(folder, 'favicon.svg'), '<svg/>');
  await writeFile(join(folder, 'assets', 'main-3f9a1c2b.js'), 'export {};');
  await writeFile(join(folder, 'assets', 'small-3f9a1c2b.js'), packed);
  await writeFile(join(folder, 'assets', 'small-3f9a1c2b.js.br'), brotliCompressSync(packed));
  [store, database] = await Promise.all([testS3(), testDatabase({ migrate })]);
  api = await startTestApi(
    { s3: store.settings, sqsEndpoint: store.sqsEndpoint, databaseUrl: database.url },
    { PAGE_DIR: folder, LOCAL_SIGN_IN: 'true' },
  );
});
afterAll(async () => {
  await api.close();
  await Promise.all([store.close(), database.close(), rm(folder, { recursive: true })]);
});

const get = (path: string) => fetch(api.origin + path);

describe('the page', () => {
  it('is served with its files, and for each of its own paths', async () => {
    for (const path of ['/', '/images/0195f3c2-0000-7000-8000-000000000000', '/deep/er/']) {
      const answer = await get(path);
      expect([path, answer.status, await answer.text()]).toEqual([path, 200, '<title>Darkroom</title>']);
      expect(answer.headers.get('cache-control')).toBe('no-cache');
    }
    const script = await get('/assets/main-3f9a1c2b.js');
    expect(script.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(script.headers.get('content-type')).toMatch(/javascript/);
    expect((await get('/favicon.svg')).headers.get('cache-control')).toBe('no-cache');
    for (const path of ['/assets/none.js', '/none.js', '/..%2f..%2fpackage.json', '/api/none', '/api']) {
      expect([path, (await get(path)).status]).toEqual([path, 404]);
    }
  });

  it('may load from itself and the store alone', async () => {
    const policy = (await get('/')).headers.get('content-security-policy') ?? '';
    const directives = Object.fromEntries(policy.split(';').map((part) => part.split(/ (.*)/s).slice(0, 2)));
    expect(directives).toMatchObject({
      'default-src': "'self'",
      'img-src': `'self' blob: ${store.settings.endpoint}`,
      'connect-src': `'self' ${store.settings.endpoint}`,
      'object-src': "'none'",
      'frame-ancestors': "'none'",
    });
    expect(policy).not.toContain('unsafe');
    expect(policy).not.toContain('upgrade-insecure-requests');
  });

  it('has the browser connect to the store while it still reads the page', async () => {
    for (const path of ['/', '/images/0198f3c5-0000-7000-8000-000000000000']) {
      expect((await get(path)).headers.get('link')).toBe(`<${store.settings.endpoint}>; rel=preconnect`);
    }
  });

  it('sends its files compressed', async () => {
    await writeFile(
      join(folder, 'assets', 'large-3f9a1c2b.js'),
      `export const text = '${'a'.repeat(5_000)}';`,
    );
    const script = await get('/assets/large-3f9a1c2b.js');
    expect(script.headers.get('content-encoding')).toMatch(/^(?:br|gzip)$/);
    expect(script.headers.get('vary')).toMatch(/accept-encoding/i);
    expect((await script.text()).length).toBeGreaterThan(5_000);
  });

  it('sends them as the build has compressed them to whoever takes Brotli', async () => {
    const script = async (encoding: string) => {
      const answer = await fetch(`${api.origin}/assets/small-3f9a1c2b.js`, {
        headers: { 'accept-encoding': encoding },
      });
      const names = ['content-encoding', 'content-type', 'cache-control', 'vary'] as const;
      return [...names.map((name) => answer.headers.get(name)), await answer.text()];
    };
    const type = expect.stringMatching(/^text\/javascript; charset=utf-8$/i) as string;
    const kept = 'public, max-age=31536000, immutable';
    expect(await script('gzip, deflate, br, zstd')).toEqual(['br', type, kept, 'Accept-Encoding', packed]);
    expect(await script('gzip')).toEqual([null, type, kept, 'Accept-Encoding', packed]);
  });

  it('is told where the API is, and gives a token for any name where that is wanted', async () => {
    expect(await (await get('/config.json')).json()).toEqual({ apiBase: '/api', signIn: 'local' });
    const sign = (body: unknown) =>
      fetch(`${api.url}/local/token`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    const { token } = (await (await sign({ sub: 'alice', roles: ['admin'] })).json()) as { token: string };
    const admin = await fetch(`${api.url}/admin/categories`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(admin.status).toBe(200);
    expect((await sign({ sub: ' ' })).status).toBe(422);
  });

  it('gives no token to a web page that calls our address by a name of its own', async () => {
    const answer = await new Promise<number>((resolve, reject) => {
      const body = '{"sub":"alice"}';
      const headers = {
        host: 'rebound.example',
        'content-type': 'application/json',
        'content-length': body.length,
      };
      request(`${api.url}/local/token`, { method: 'POST', headers }, (response) => {
        void text(response).then(() => resolve(response.statusCode ?? 0));
      })
        .on('error', reject)
        .end(body);
    });
    expect(answer).toBe(403);
  });
});
