import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { launchBrowser, startStack, type TestStack } from '@darkroom/testing';
import type { Browser, Page } from 'playwright-core';
import { bundle } from './bundle.fixture.ts';
import type * as uploadClient from './index.ts';

const photograph = path.resolve(import.meta.dirname, '../../../samples/ladybird.jpg');
const script = `import * as uploadClient from '@darkroom/upload-client'; Object.assign(window, { uploadClient });`;

let folder: string;
let stack: TestStack;
let browser: Browser;
let server: Server;
let address: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'darkroom-browser-'));
  const dist = await bundle(folder, script);
  stack = await startStack();
  browser = await launchBrowser();
  // A page of somebody else: another origin than the API's, and another than that of S3.
  server = createServer((request, response) => {
    const name = new URL(request.url ?? '/', 'http://page').pathname;
    if (name === '/photograph.jpg') return void readFile(photograph).then((bytes) => response.end(bytes));
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
  address = `http://localhost:${(server.address() as AddressInfo).port}`;
}, 180_000);
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await browser.close();
  await stack.close();
  await rm(folder, { recursive: true });
});

interface Globals {
  readonly uploadClient: typeof uploadClient;
}

async function visit(): Promise<Page> {
  const page = await browser.newPage();
  await page.goto(address);
  await page.waitForFunction(() => 'uploadClient' in window);
  return page;
}

describe('the upload client in Chromium', () => {
  it('uploads across origins, renews its token, and answers the image that is there for the same file', async () => {
    const page = await visit();
    const workers: string[] = [];
    page.on('worker', (worker) => workers.push(worker.url()));
    const outcome = await page.evaluate(async (apiBase) => {
      const { createUploader } = (window as unknown as Globals).uploadClient;
      const tokens = ['long.since.expired'];
      const token = async () => {
        const refused = tokens.shift();
        if (refused !== undefined) return refused;
        const answer = await fetch(`${apiBase}/local/token`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: '{"sub":"sdk"}',
        });
        return ((await answer.json()) as { token: string }).token;
      };
      const file = new File([await (await fetch('/photograph.jpg')).blob()], 'ladybird.jpg', {
        type: 'image/jpeg',
      });
      const uploader = createUploader({ apiBase, token });
      const progress: number[] = [];
      const first = uploader.upload(file, {
        category: 1,
        title: 'Ladybird',
        tags: ['insect'],
        onDuplicate: 'reuse',
        onProgress: ({ sentBytes, totalBytes }) => progress.push(sentBytes / totalBytes),
      });
      const image = await first.ready;
      const second = uploader.upload(file, { category: 1, onDuplicate: 'reuse' });
      const same = await second.ready;
      const { title, tags, variants } = image;
      return {
        image: { title, tags, variants: variants.length },
        progress,
        same: same.id === image.id,
        duplicate: [first.state().duplicate, second.state().duplicate],
      };
    }, `${stack.page}/api`);
    expect(outcome.image).toEqual({ title: 'Ladybird', tags: ['insect'], variants: 5 });
    expect(outcome.progress.at(-1)).toBe(1);
    expect(outcome).toMatchObject({ same: true, duplicate: [false, true] });
    expect(workers).toHaveLength(2);
    await page.close();
  }, 120_000);

  it('makes the checksum of 100 MB in a worker, and the page goes on meanwhile', async () => {
    const page = await visit();
    const workers: string[] = [];
    page.on('worker', (worker) => workers.push(worker.url()));
    const ticks = await page.evaluate(async () => {
      const { createUploader } = (window as unknown as Globals).uploadClient;
      const file = new File(Array<Uint8Array<ArrayBuffer>>(100).fill(new Uint8Array(1024 * 1024)), 'a.jpg');
      let ticks = 0;
      const timer = setInterval(() => (ticks += 1), 1);
      // There is no API here: what counts is what happens before it is asked.
      const asked = new Promise<void>((resolve) => {
        window.fetch = () => {
          resolve();
          return Promise.reject(new Error('no API'));
        };
      });
      const upload = createUploader({ apiBase: '/api' }).upload(file, { category: 1, checksum: true });
      await asked;
      clearInterval(timer);
      upload.abort();
      return ticks;
    });
    expect(workers).toHaveLength(1);
    expect(ticks).toBeGreaterThan(10); // timers of a page that is held up do not run
    await page.close();
  }, 120_000);

  it('makes a photograph smaller, upright as its EXIF says, and leaves others alone', async () => {
    const page = await visit();
    const outcome = await page.evaluate(async () => {
      const { resizeTo } = (window as unknown as Globals).uploadClient;
      const { signal } = new AbortController();
      const canvas = new OffscreenCanvas(400, 200);
      const context = canvas.getContext('2d')!;
      context.fillStyle = '#f00';
      context.fillRect(0, 0, 200, 200); // red at the left, which is at the top once it is turned
      const jpeg = await canvas.convertToBlob({ type: 'image/jpeg' });
      // EXIF with orientation 6: to be turned by 90 degrees clockwise.
      const exif = [0xff, 0xe1, 0, 34, 69, 120, 105, 102, 0, 0, 77, 77, 0, 42, 0, 0, 0, 8, 0, 1];
      const orientation = [1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0];
      const header = new Uint8Array([...exif, ...orientation]);
      const turned = new Blob([jpeg.slice(0, 2), header, jpeg.slice(2)], { type: 'image/jpeg' });

      const small = await resizeTo({ maxSide: 100 })(turned, signal);
      const bitmap = await createImageBitmap(small);
      const look = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')!;
      look.drawImage(bitmap, 0, 0);
      const red = (y: number) => look.getImageData(25, y, 1, 1).data[0]! > 128;
      const damaged = new Blob(['no picture'], { type: 'image/jpeg' });
      const gif = new Blob([jpeg], { type: 'image/gif' });
      const same = await Promise.all([
        resizeTo({ maxSide: 400 })(turned, signal).then((file) => file === turned),
        resizeTo({ maxSide: 100 })(damaged, signal).then((file) => file === damaged),
        resizeTo({ maxSide: 100 })(gif, signal).then((file) => file === gif),
      ]);
      return { size: [bitmap.width, bitmap.height], type: small.type, top: red(20), bottom: red(80), same };
    });
    expect(outcome).toEqual({
      size: [50, 100],
      type: 'image/jpeg',
      top: true,
      bottom: false,
      same: [true, true, true],
    });
    await page.close();
  });
});
