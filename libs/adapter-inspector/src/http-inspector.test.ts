import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sampleImage } from '@darkroom/domain/testing';
import { HttpInspector, openInspector } from './http-inspector.ts';

interface Asked {
  readonly headers: IncomingHttpHeaders;
  readonly body: Record<string, unknown>;
}

let server: Server;
let url: string;
let asked: Asked[];
/** What the service answers; null: nothing, ever. */
let answer: { status: number; body: string } | null;

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    asked.push({ headers: request.headers, body: JSON.parse(text) as Record<string, unknown> });
    if (answer !== null) response.writeHead(answer.status).end(answer.body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/inspect`;
});
beforeEach(() => {
  asked = [];
  answer = { status: 200, body: '{"allowed": true}' };
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

const signer = { signGet: (key: string) => Promise.resolve(`https://signed.example/${key}`) };
const inspector = (timeoutMs = 5_000) => new HttpInspector({ url, token: 'shared', timeoutMs, signer });
const image = sampleImage();

it('tells the service what it needs, and takes its yes', async () => {
  expect(await inspector().check(image, 'originals/copy.jpg')).toEqual({ allowed: true });
  expect(asked).toHaveLength(1);
  expect(asked[0]?.headers.authorization).toBe('Bearer shared');
  expect(asked[0]?.body).toEqual({
    image_id: image.id,
    owner_id: image.ownerId,
    category_id: 1,
    content_type: 'image/jpeg',
    size: 1234,
    url: 'https://signed.example/originals/copy.jpg',
  });
});

it.each([
  ['{"allowed": false, "reason": "malware"}', 'malware'],
  ['{"allowed": false}', 'refused'],
])('takes its no: %s', async (body, reason) => {
  answer = { status: 200, body };
  expect(await inspector().check(image, 'k')).toEqual({ allowed: false, reason });
});

it.each([
  ['an error', { status: 500, body: '' }],
  ['a status that is not 200', { status: 204, body: '' }],
  ['no JSON', { status: 200, body: 'fine!' }],
  ['another JSON', { status: 200, body: '{"ok": true}' }],
  ['a redirect', { status: 302, body: '' }],
])('takes %s for no answer', async (_, given) => {
  answer = given;
  await expect(inspector().check(image, 'k')).rejects.toMatchObject({
    code: 'unavailable',
    reason: 'inspector_unavailable',
  });
});

it('waits no longer than its time limit', async () => {
  answer = null;
  await expect(inspector(50).check(image, 'k')).rejects.toMatchObject({ code: 'unavailable' });
});

it('tells being stopped from having no answer', async () => {
  const stopped = AbortSignal.abort();
  await expect(inspector().check(image, 'k', stopped)).rejects.toMatchObject({ code: 'aborted' });
});

it('is there only where it is configured', () => {
  expect(openInspector({ INSPECTOR_TIMEOUT_MS: 1_000 }, signer)).toBeUndefined();
  expect(openInspector({ INSPECTOR_URL: url, INSPECTOR_TIMEOUT_MS: 1_000 }, signer)).toBeInstanceOf(
    HttpInspector,
  );
});
