/// <reference lib="dom" />
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { freePort } from '@darkroom/local-stack';
import {
  Client,
  launchBrowser,
  startStack,
  waitFor,
  type StackDescription,
  type TestStack,
} from '@darkroom/testing';
import type { Browser } from 'playwright-core';
import { writeProject } from './code-blocks.ts';
import { describeWithPython } from '../support/python.ts';
import { installProject, pack, runIn, type PackedPackage } from './packages.ts';
import { serveFolder } from './serve-folder.ts';
import { buildByVite, viteTools } from './vite-project.ts';

const samples = resolve(import.meta.dirname, '../../../samples');
const react = {
  react: '19.3.1',
  'react-dom': '19.3.1',
  '@types/react': '19.3.0',
  '@types/react-dom': '19.3.0',
};

let folder: string;
let stack: TestStack;
let description: StackDescription;
let browser: Browser;
let client: PackedPackage;
let reactUploader: PackedPackage;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'darkroom-guide-'));
  await chmod(folder, 0o755);
  stack = await startStack();
  description = await stack.describe();
  browser = await launchBrowser();
  client = await pack('upload-client', folder);
  reactUploader = await pack('react-uploader', folder);
}, 240_000);
afterAll(async () => {
  await browser.close();
  await stack.close();
  await rm(folder, { recursive: true });
});

/** Opens a page, uploads by its file input, and waits until the picture of a variant is shown. */
async function uploadOn(origin: string, photograph: string, words: RegExp): Promise<readonly string[]> {
  const page = await browser.newPage();
  const complaint = page.waitForEvent('pageerror', { timeout: 0 }).then((error) => {
    throw error;
  });
  complaint.catch(() => undefined);
  const workers: string[] = [];
  page.on('worker', (worker) => workers.push(worker.url()));
  try {
    await page.goto(origin);
    await page.locator('input[type=file]').first().setInputFiles(join(samples, photograph));
    const isPicture = ({ src, naturalWidth }: HTMLImageElement) =>
      src.startsWith('http') && naturalWidth >= 300;
    await Promise.race([
      complaint,
      waitFor(() => page.evaluate(`[...document.images].some(${String(isPicture)})`).then(Boolean), {
        what: 'the picture of a variant',
        timeoutMs: 90_000,
      }),
    ]);
    expect(await page.locator('body').textContent()).toMatch(words);
    return workers;
  } finally {
    await page.close();
  }
}

async function uploadOnFolder(root: string, photograph: string, words: RegExp): Promise<readonly string[]> {
  const served = await serveFolder(root);
  try {
    return await uploadOn(served.origin, photograph, words);
  } finally {
    served.close();
  }
}

/** Opens the page that follows all images, uploads one elsewhere, and waits until the page tells that it is ready. */
async function watchOnFolder(root: string): Promise<void> {
  const served = await serveFolder(root);
  const page = await browser.newPage();
  try {
    const opened = page.waitForResponse((answer) => answer.url().includes('/api/events') && answer.ok());
    await page.goto(served.origin);
    await opened;
    const alice = await Client.of(stack, 'alice');
    const bytes = await readFile(join(samples, 'forest-path.jpg'));
    const id = await alice.send({ filename: 'forest-path.jpg', contentType: 'image/jpeg', bytes });
    await alice.complete(id);
    await page.getByText(`${id} variants_ready`).waitFor({ timeout: 90_000 });
    expect(await page.getByText(id).count()).toBeGreaterThan(2);
  } finally {
    await page.close();
    served.close();
  }
}

describe('docs/guide/front-end.md', () => {
  it('packs what it says, by npm pack: code, types and licence, and nothing of the repository', async () => {
    for (const { files } of [client, reactUploader]) {
      expect(files).toEqual(
        expect.arrayContaining(['package.json', 'README.md', 'LICENSE', 'dist/index.js']),
      );
      expect(files.filter((file) => /\.test\.|fixture|tsbuildinfo/.test(file))).toEqual([]);
    }
    expect(client.files).toContain('dist/checksum/sha256-worker.js');
    await mkdir(join(folder, 'packed'));
    await runIn(folder, 'tar', ['xzf', client.tarball, '-C', 'packed']);
    const built = client.files.filter((file) => /^dist\/.*\.(js|ts)$/.test(file));
    for (const file of built) {
      const code = await readFile(join(folder, 'packed/package', file), 'utf8');
      expect(code).not.toMatch(/(from|import|import\() ?'[^.]/); // no other package, for its types neither
    }
  });

  it('fetch: one file and no build', async () => {
    const root = join(folder, 'fetch');
    await writeProject('fetch', root, description.api);
    await uploadOnFolder(root, 'ladybird.jpg', /Done/);
  }, 120_000);

  it('the SDK, its live updates and React, each in a Vite project that installs the packages', async () => {
    const root = join(folder, 'vite');
    await mkdir(root);
    await installProject(root, {
      '@darkroom/upload-client': `file:${client.tarball}`,
      '@darkroom/react-uploader': `file:${reactUploader.tarball}`,
      ...react,
      ...viteTools,
    });
    for (const name of ['sdk', 'live', 'react']) {
      await writeProject(name, join(root, name), description.api);
      await buildByVite(root, name);
    }
    // Node loads the package too: what a server renders may import it.
    const said = await runIn(root, process.execPath, [
      '--input-type=module',
      '--eval',
      "const { createUploader } = await import('@darkroom/upload-client'); console.log(typeof createUploader);",
    ]);
    expect(said.trim()).toBe('function');
    // Each makes its checksum in the worker that the bundler found.
    expect(await uploadOnFolder(join(root, 'sdk/dist'), 'fallen-leaf.jpg', /ready/)).toHaveLength(1);
    expect(await uploadOnFolder(join(root, 'react/dist'), 'forest-path.jpg', /forest-path/)).toHaveLength(1);
    await watchOnFolder(join(root, 'live/dist'));
  }, 300_000);

  it('Next.js: rendered on the server, with tokens from a route of its own', async () => {
    const root = join(folder, 'next');
    await writeProject('next', root, description.api);
    await installProject(root, {
      '@darkroom/upload-client': `file:${client.tarball}`,
      '@darkroom/react-uploader': `file:${reactUploader.tarball}`,
      ...react,
      '@types/node': '24.19.2',
      jose: '6.2.17',
      next: '16.4.6',
      typescript: 'npm:@typescript/typescript6@6.0.2',
    });
    const { jwtSecret } = JSON.parse(await readFile(join(stack.dataDir, 'secrets.json'), 'utf8')) as {
      jwtSecret: string;
    };
    const port = await freePort();
    const next = join(root, 'node_modules/next/dist/bin/next');
    await writeFile(join(root, '.env.local'), `AUTH_JWT_SECRET=${jwtSecret}\n`);
    await runIn(root, process.execPath, [next, 'build'], { NEXT_TELEMETRY_DISABLED: '1', CI: '1' });
    const { NODE_OPTIONS: _jestsOwn, NODE_ENV: _test, ...env } = process.env;
    const server: ChildProcess = spawn(process.execPath, [next, 'start', '--port', String(port)], {
      cwd: root,
      env: { ...env, NEXT_TELEMETRY_DISABLED: '1' } as NodeJS.ProcessEnv,
      stdio: 'ignore',
    });
    try {
      const origin = `http://localhost:${port}`;
      const html = () => fetch(origin).then((answer) => answer.text());
      await waitFor(() => html().then(Boolean, () => false), {
        what: 'Next.js to answer',
        timeoutMs: 60_000,
      });
      expect(await html()).toMatch(/<input[^>]+type="file"/);
      expect(await uploadOn(origin, 'colorful-cups.jpg', /Photographs/)).toHaveLength(1);
    } finally {
      const ended = once(server, 'exit');
      server.kill();
      await ended;
    }
  }, 420_000);

  it('a token made in Node is good', async () => {
    const root = join(folder, 'token');
    await writeProject('token', root, description.api);
    await installProject(root, { jose: '6.2.17' });
    await expectGood(await runIn(root, process.execPath, ['mint.mjs'], await secretOfStack()));
  }, 120_000);
});

describeWithPython('docs/guide/front-end.md, in Python', 'PyJWT==2.15.1', (python, packages) => {
  it('a token made with PyJWT is good', async () => {
    const root = join(folder, 'token-python');
    await writeProject('token', root, description.api);
    const env = { ...(await secretOfStack()), PYTHONPATH: packages };
    await expectGood(await runIn(root, python, ['mint.py'], env));
  });
});

async function secretOfStack(): Promise<{ readonly AUTH_JWT_SECRET: string }> {
  const secrets = JSON.parse(await readFile(join(stack.dataDir, 'secrets.json'), 'utf8')) as {
    jwtSecret: string;
  };
  return { AUTH_JWT_SECRET: secrets.jwtSecret };
}

async function expectGood(token: string): Promise<void> {
  const headers = { authorization: `Bearer ${token.trim()}` };
  expect((await fetch(`${description.api}/images`, { headers })).status).toBe(200);
}
