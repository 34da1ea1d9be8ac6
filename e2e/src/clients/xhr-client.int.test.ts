/// <reference lib="dom" />
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import type { CategoryBody, ImageBody } from '@darkroom/contracts';
import { Client, launchBrowser, startStack, type TestStack } from '@darkroom/testing';
import type { Browser, Page } from 'playwright-core';

const here = import.meta.dirname;
const photograph = resolve(here, '../../../samples/fallen-leaf.jpg');

let stack: TestStack;
let browser: Browser;
let server: Server;
let origin: string;
let client: Client;
beforeAll(async () => {
  stack = await startStack();
  browser = await launchBrowser();
  server = createServer((request, response) => {
    const isScript = request.url === '/xhr-client.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    void readFile(join(here, isScript ? 'xhr-client.js' : 'xhr-client.html')).then((text) =>
      response.end(text),
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  client = await Client.of(stack, 'old form');
}, 180_000);
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await browser.close();
  await stack.close();
});

async function open(): Promise<Page> {
  const { api } = await stack.describe();
  const token = await stack.darkroom('token', 'old form');
  const page = await browser.newPage();
  await page.goto(`${origin}/#${api}|${token}`);
  return page;
}

interface Picked {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

/** Sends the form, and answers what it shows in the end. */
async function submit(page: Page, file: Picked, fields: Readonly<Record<string, string>> = {}) {
  await page.locator('#file').setInputFiles(file);
  for (const [id, text] of Object.entries(fields)) await page.locator(`#${id}`).fill(text);
  await page.getByRole('button', { name: 'Upload' }).click();
  const result = page.locator('#result');
  await page.waitForFunction(() =>
    ['done', 'failed'].includes(document.querySelector<HTMLElement>('#result')?.dataset['state'] ?? ''),
  );
  return { state: await result.getAttribute('data-state'), text: (await result.textContent()) ?? '' };
}

const photo = async (): Promise<Picked> => ({
  name: 'fallen-leaf.jpg',
  mimeType: 'image/jpeg',
  buffer: await readFile(photograph),
});

describe('a form by XMLHttpRequest, as front ends in use have it', () => {
  it('finds a category with id 1, sends every empty field and [""], and gets an image', async () => {
    const { body: categories } = await client.call<CategoryBody[]>('GET', '/images/categories');
    expect(categories[0]).toMatchObject({ id: 1, is_active: true });
    const page = await open();
    // What is sent, in its order: Chromium shows no body with a file in it to its tools.
    await page.evaluate(() => {
      const sent: (string[] | object)[] = [];
      const { send } = XMLHttpRequest.prototype;
      XMLHttpRequest.prototype.send = function (body) {
        if (body instanceof FormData) sent.push([...body.keys()]);
        else if (typeof body === 'string') sent.push(JSON.parse(body) as object);
        send.call(this, body);
      };
      Object.assign(window, { sent });
    });
    const { state, text } = await submit(page, await photo());
    expect({ state, text: state === 'done' ? '' : text }).toEqual({ state: 'done', text: '' });
    const image = JSON.parse(text) as ImageBody;
    expect(image).toMatchObject({ status: 'completed', title: '', description: '', alt_text: '', tags: [] });
    expect(image.variants).toHaveLength(5);
    const [asked, form, described] = await page.evaluate(
      () => (window as unknown as { sent: [object, string[], object] }).sent,
    );
    expect(asked).toMatchObject({ category_id: 1 });
    expect(form.slice(0, -1)).toEqual(expect.arrayContaining(['key', 'Content-Type', 'Policy']));
    expect(form.at(-1)).toBe('file');
    expect(described).toMatchObject({ title: '', description: '', alt_text: '', tags: [''] });
    await page.close();
  }, 120_000);

  it('keeps what is filled in, and drops the empty tags between commas', async () => {
    const page = await open();
    const fields = { title: ' 낙엽 ', description: 'A leaf', alt: 'A fallen leaf', tags: 'leaf, autumn,, ' };
    const { text } = await submit(page, await photo(), fields);
    expect(JSON.parse(text)).toMatchObject({
      title: '낙엽',
      description: 'A leaf',
      alt_text: 'A fallen leaf',
      tags: ['leaf', 'autumn'],
    });
    await page.close();
  }, 120_000);

  it('shows the sentence of a refusal, at the presigned URL and at the end', async () => {
    const page = await open();
    const refused = await submit(page, {
      name: 'a.pdf',
      mimeType: 'application/pdf',
      buffer: Buffer.from('%PDF'),
    });
    expect(refused.state).toBe('failed');
    expect(refused.text).toMatch(/\S+ \S+/);
    const lied = await submit(page, {
      name: 'a.jpg',
      mimeType: 'image/jpeg',
      buffer: Buffer.from('no image'),
    });
    expect(lied.state).toBe('failed');
    expect(lied.text).toMatch(/\S+ \S+/);
    expect(lied.text).not.toContain('undefined');
    await page.close();
  }, 120_000);
});
