import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { parseAllowedRanges } from './address-policy.ts';
import { postWebhook, retryAfterMs, type PostOptions } from './post-webhook.ts';
import { startReceiver, type Receiver } from './receiver.fixture.ts';
import type { ResolveHost } from './target.ts';

let receiver: Receiver;
let looks: number;

beforeEach(async () => {
  looks = 0;
  receiver = await startReceiver();
});
afterEach(() => receiver.close());

/** First this machine, then, as after rebinding, somewhere else. */
const rebinding: ResolveHost = async () => {
  looks += 1;
  return looks === 1 ? ['127.0.0.1'] : ['10.9.9.9'];
};

function post(url: string, change: Partial<PostOptions> & { readonly resolve?: ResolveHost } = {}) {
  const { resolve = rebinding, ...options } = change;
  return postWebhook(
    { url, headers: { 'webhook-id': '1' }, body: '{"a":"ü"}' },
    {
      policy: { allowed: parseAllowedRanges('127.0.0.0/8')!, resolve },
      timeoutMs: 5_000,
      signal: new AbortController().signal,
      ...options,
    },
  );
}

it('posts the bytes as they are', async () => {
  receiver.respond((_, response) => void response.writeHead(201).end('thanks'));
  expect(await post(receiver.url)).toEqual({
    status: 201,
    error: null,
    response: 'thanks',
    retryAfterMs: null,
  });
  const [one] = receiver.received;
  expect(one).toMatchObject({
    path: '/hook',
    body: '{"a":"ü"}',
    headers: {
      'content-type': 'application/json',
      'content-length': '10',
      'user-agent': 'Darkroom-Webhooks',
      'webhook-id': '1',
    },
  });
});

it('asks for the name once, and connects to what it was then', async () => {
  const host = `hooks.example:${receiver.port}`;
  expect((await post(`http://${host}/hook`)).status).toBe(204);
  expect(looks).toBe(1);
  expect(receiver.received[0]?.headers.host).toBe(host);
  expect(await post(`http://${host}/hook`)).toMatchObject({
    status: null,
    error: 'not sent: its host is not at a public address',
  });
  expect(receiver.received).toHaveLength(1);
});

it('tells a TLS server the name that it was given', async () => {
  const hello = Promise.withResolvers<Buffer>();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('data', (data) => {
      hello.resolve(data);
      socket.destroy();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const result = await post(`https://hooks.example:${(server.address() as AddressInfo).port}/`);
  expect(result).toMatchObject({ status: null, error: expect.stringContaining('no connection') });
  const bytes = await hello.promise;
  expect(bytes[0]).toBe(22); // a TLS handshake
  expect(bytes.includes('hooks.example')).toBe(true);
  server.close();
  await once(server, 'close');
});

it('follows no redirect', async () => {
  const elsewhere = await startReceiver();
  receiver.respond((_, response) => void response.writeHead(307, { location: elsewhere.url }).end());
  expect(await post(receiver.url)).toMatchObject({ status: 307, error: null });
  expect(elsewhere.received).toHaveLength(0);
  await elsewhere.close();
});

it('reads how an answer begins, and no more', async () => {
  receiver.respond((_, response) => {
    response.writeHead(500);
    const flood = (): void => {
      while (!response.destroyed && response.write('x'.repeat(65_536))); // until the sender has had enough
      response.once('drain', flood);
    };
    flood();
    return undefined;
  });
  const { status, response } = await post(receiver.url);
  expect([status, response]).toEqual([500, 'x'.repeat(1_024)]);
});

it('takes secrets out of what it keeps', async () => {
  const secret = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';
  const signature = 'v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=';
  receiver.respond(
    (_, response) => void response.writeHead(400).end(`\0no: ${signature} ${secret} Bearer abc`),
  );
  expect((await post(receiver.url)).response).toBe('no: v1,[redacted] whsec_[redacted] Bearer [redacted]');
});

it('waits no longer than it may, for an answer or for a name', async () => {
  receiver.respond(() => new Promise(() => undefined));
  expect(await post(receiver.url, { timeoutMs: 100 })).toMatchObject({
    status: null,
    error: 'no answer within 100 ms',
  });
  const slow: ResolveHost = () => new Promise(() => undefined);
  expect(await post('http://slow.example/', { timeoutMs: 50, resolve: slow })).toMatchObject({
    error: 'no answer within 50 ms',
  });
});

it('keeps the status of an answer whose body never ends', async () => {
  receiver.respond((_, response) => {
    response.writeHead(200);
    response.write('begun');
    return undefined;
  });
  expect(await post(receiver.url, { timeoutMs: 200 })).toMatchObject({ status: 200, response: 'begun' });
});

it('says what is wrong with a connection by its code', async () => {
  await receiver.close();
  expect(await post(receiver.url)).toMatchObject({ status: null, error: 'no connection: ECONNREFUSED' });
  receiver = await startReceiver((_, response) => void response.destroy());
  expect(await post(receiver.url)).toMatchObject({ status: null, error: 'no connection: ECONNRESET' });
});

it('reads Retry-After in seconds and as a date', () => {
  const now = Date.parse('2026-03-01T12:00:00Z');
  expect(retryAfterMs('90', now)).toBe(90_000);
  expect(retryAfterMs('Sun, 01 Mar 2026 12:01:00 GMT', now)).toBe(60_000);
  expect(retryAfterMs('Sun, 01 Mar 2026 11:00:00 GMT', now)).toBe(0);
  expect([retryAfterMs('soon', now), retryAfterMs(undefined, now)]).toEqual([null, null]);
});
