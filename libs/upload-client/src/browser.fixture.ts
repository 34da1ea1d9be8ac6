import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { launchBrowser, startStack, type TestStack } from '@darkroom/testing';
import type { BrowserContext, Page } from 'playwright-core';
import { bundle } from './bundle.fixture.ts';
import type * as uploadClient from './index.ts';
import { weakLine, type WeakLine } from './weak-line.fixture.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const script = `import * as uploadClient from '@darkroom/upload-client'; Object.assign(window, { uploadClient });`;
/** What a page can fetch from where it comes from. */
const files: Readonly<Record<string, string>> = {
  '/photograph.jpg': path.join(root, 'samples/ladybird.jpg'),
  '/photo.heic': path.join(root, 'libs/adapter-image/fixtures/photo.heic'),
};

/** What the script of the page puts on its window. */
export interface Globals {
  readonly uploadClient: typeof uploadClient;
}

export interface BrowserWorld {
  readonly stack: TestStack;
  readonly apiBase: string;
  /** The way to S3, which may be made bad. */
  readonly line: WeakLine;
  /** A page of somebody else, on another origin than the API's and that of S3, with the upload client on its window. */
  visit(context?: BrowserContext): Promise<Page>;
  newContext(): Promise<BrowserContext>;
  close(): Promise<void>;
}

/** A stack of its own, a browser, and a page of another origin whose uploads go over a line that can be cut. */
export async function openBrowserWorld(env: Readonly<Record<string, string>> = {}): Promise<BrowserWorld> {
  const folder = await mkdtemp(path.join(tmpdir(), 'darkroom-browser-'));
  const [dist, stack] = await Promise.all([bundle(folder, script), startStack({ env })]);
  const { s3 } = await stack.describe();
  const line = await weakLine(Number(new URL(s3.endpoint).port));
  const browser = await launchBrowser();
  const server = createServer((request, response) => {
    const name = new URL(request.url ?? '/', 'http://page').pathname;
    const file = files[name];
    if (file !== undefined) return void readFile(file).then((bytes) => response.end(bytes));
    if (!name.endsWith('.js')) {
      response.setHeader('content-type', 'text/html');
      return response.end(
        '<!doctype html><title>A page</title><script type="module" src="/entry.js"></script>',
      );
    }
    response.setHeader('content-type', 'text/javascript');
    return void readFile(path.join(dist, name)).then((bytes) => response.end(bytes));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = `http://localhost:${(server.address() as AddressInfo).port}`;
  return {
    stack,
    apiBase: `${stack.page}/api`,
    line,
    newContext: () => browser.newContext(),
    visit: async (context) => {
      const page = await (context ?? browser).newPage();
      await throughLine(page, line);
      await page.goto(address);
      await page.waitForFunction(() => 'uploadClient' in window);
      return page;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await browser.close();
      await line.close();
      await stack.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** Policies are for S3 itself and do not care by which address it is reached. */
async function throughLine(page: Page, line: WeakLine): Promise<void> {
  await page.route('**/images/presigned-url', async (route) => {
    const answer = await route.fetch();
    const body = (await answer.json()) as { data?: { url?: string } };
    if (body.data?.url !== undefined) {
      body.data.url = line.origin + new URL(body.data.url).pathname;
    }
    await route.fulfill({ response: answer, json: body });
  });
}

/** A page that uploads as this user, whose tokens come from the local stack. */
export async function signedIn(page: Page, user: string, apiBase: string): Promise<void> {
  await page.evaluate(
    ({ sub, base }) => {
      const token = async () => {
        const answer = await fetch(`${base}/local/token`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ sub }),
        });
        return ((await answer.json()) as { token: string }).token;
      };
      Object.assign(window, { token });
    },
    { sub: user, base: apiBase },
  );
}
