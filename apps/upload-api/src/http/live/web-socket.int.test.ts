import { once } from 'node:events';
import { connect } from 'node:net';
import { WebSocket } from 'ws';
import { liveMessageSchema } from '@darkroom/contracts';
import { ChangeBuilder } from '@darkroom/domain';
import { createLogger } from '@darkroom/runtime';
import { testDatabase, testS3, waitFor, type TestDatabase, type TestS3 } from '@darkroom/testing';
import { migrate, startTestApi, tokenFor, type TestApi } from '../api.fixture.ts';
import { serve, type HttpServer } from '../serve.ts';
import { LiveHub, LiveSockets } from './index.ts';
import { waitingPlaces } from './waiting-room.ts';
import { changeImage, insertImage, newOwner, timelineOf } from './live.fixture.ts';

let store: TestS3;
let database: TestDatabase;
let api: TestApi;
/** Another process, which stops in the middle of the tests of stopping. */
let other: TestApi;

beforeAll(async () => {
  [store, database] = await Promise.all([testS3(), testDatabase({ migrate })]);
  const places = { s3: store.settings, sqsEndpoint: store.sqsEndpoint, databaseUrl: database.url };
  api = await startTestApi(places, { LIVE_HEARTBEAT_MS: '200', LIVE_MAX_STREAMS_PER_OWNER: '2' });
  other = await startTestApi(places);
});
afterAll(async () => {
  await Promise.all([api.close(), other.close()]);
  await Promise.all([store.close(), database.close()]);
});

/** A client that keeps what it hears. */
class Client {
  readonly heard: unknown[] = [];
  retryAfter: string | undefined;
  readonly socket: WebSocket;
  readonly closed: Promise<number>;
  /** 101, or the status that came instead. */
  readonly upgraded: Promise<number>;

  constructor({ url }: Pick<TestApi, 'url'>, headers: Record<string, string> = {}) {
    this.socket = new WebSocket(`${url.replace('http', 'ws')}/ws`, { headers });
    this.closed = new Promise((resolve) => this.socket.once('close', resolve));
    this.upgraded = new Promise((resolve) => {
      this.socket.once('open', () => resolve(101));
      this.socket.once('unexpected-response', (request, { statusCode = 0, headers }) => {
        this.retryAfter = headers['retry-after'];
        resolve(statusCode);
        request.destroy();
        this.socket.emit('close', 1006, Buffer.of());
      });
    });
    this.socket.on('error', () => undefined); // told by the close code
    this.socket.on('message', (data) => this.heard.push(liveMessageSchema.parse(JSON.parse(String(data)))));
  }

  static async saying(where: TestApi, first: unknown, headers: Record<string, string> = {}): Promise<Client> {
    const client = new Client(where, headers);
    await once(client.socket, 'open');
    client.socket.send(typeof first === 'string' || Buffer.isBuffer(first) ? first : JSON.stringify(first));
    return client;
  }

  get entries(): { image_id: string; offset: number; seq: number }[] {
    return this.heard.filter((one) => 'image_id' in (one as object)) as never;
  }

  async hears(count: number): Promise<void> {
    await waitFor(() => this.entries.length >= count, { what: `${count} entries`, intervalMs: 1 });
  }
}

const tokenOf = (owner: string, claims = {}) => tokenFor(owner, claims);

describe('the WebSocket', () => {
  it('tells what happens to all images, through another process too, and goes on after a cut', async () => {
    const owner = newOwner();
    const token = await tokenOf(owner);
    const client = await Client.saying(api, { token });
    await waitFor(() => client.heard.length > 0, { what: 'the word that it is in' });
    const { id } = await insertImage(other, owner);
    for (let n = 0; n < 6; n += 1) await changeImage(other, id, n);
    await client.hears(4);
    client.socket.terminate();
    const known = client.entries;
    for (let n = 6; n < 9; n += 1) await changeImage(other, id, n);
    const again = await Client.saying(other, { token, last_event_id: known.at(-1)?.offset });
    const written = await timelineOf(api, id);
    await again.hears(written.length - known.length);
    again.socket.close();
    expect([...known, ...again.entries]).toEqual(
      written.map((entry) => ({ image_id: id, ...entry, offset: expect.any(Number) })),
    );
    expect(await again.closed).toBe(1005); // as the client wished
  });

  it('says with its signs of life how far it has come, and reset where nobody can tell what was missed', async () => {
    const client = await Client.saying(api, { token: await tokenOf(newOwner()), last_event_id: '999999999' });
    await waitFor(() => client.heard.length >= 4, { what: 'signs of life' });
    client.socket.close();
    const [reset, ...signs] = client.heard as { offset: number }[];
    expect(reset).toEqual({ reset: { reason: 'pruned' }, offset: expect.any(Number) });
    for (const sign of signs) expect(Object.keys(sign)).toEqual(['offset']);
  });

  it('shows a service the owner that it names, and nobody else', async () => {
    const owner = newOwner();
    const service = await tokenOf('shop', { roles: ['service'] });
    const client = await Client.saying(api, { token: service }, { 'x-owner': owner });
    await waitFor(() => client.heard.length > 0, { what: 'the word that it is in' });
    await insertImage(api, newOwner());
    const { id } = await insertImage(api, owner);
    await client.hears(1);
    expect(client.entries[0]?.image_id).toBe(id);
    client.socket.close();
    const stranger = await Client.saying(api, { token: await tokenOf('bob') }, { 'x-owner': owner });
    expect(await stranger.closed).toBe(4403);
  });

  it.each<[string, number, (token: string) => unknown]>([
    ['no JSON', 4400, () => 'hello'],
    ['no token', 4400, () => ({ hello: 1 })],
    ['more than it should', 4400, (token) => ({ token, subscribe: 'everything' })],
    ['a place that is none', 4400, (token) => ({ token, last_event_id: '-1' })],
    ['a binary frame', 4400, (token) => Buffer.from(JSON.stringify({ token }))],
    ['a token of another secret', 4401, () => ({ token: 'eyJhbGciOiJIUzI1NiJ9.e30.x' })],
    ['a huge frame', 1009, (token) => JSON.stringify({ token }) + ' '.repeat(21 * 1024)],
    ['a frame of many megabytes', 1009, () => 'x'.repeat(8_000_000)],
  ])('closes where the first message is %s', async (_what, code, message) => {
    const client = await Client.saying(api, message(await tokenOf(newOwner())));
    expect(await client.closed).toBe(code);
    expect(client.heard).toEqual([]);
  });

  it('closes where more than one message comes', async () => {
    const token = await tokenOf(newOwner());
    const client = await Client.saying(api, { token });
    client.socket.send(JSON.stringify({ token }));
    expect(await client.closed).toBe(4400);
  });

  it('closes when the token expires', async () => {
    const exp = Math.floor(Date.now() / 1_000) - 4; // good for another second, for clocks that differ
    const client = await Client.saying(api, { token: await tokenOf(newOwner(), { exp }) });
    expect(await client.closed).toBe(4401);
  });

  it('lets an owner have so many and no more', async () => {
    const token = await tokenOf(newOwner());
    const two = [await Client.saying(api, { token }), await Client.saying(api, { token })];
    await waitFor(() => two.every(({ heard }) => heard.length > 0), { what: 'both to be in' });
    const third = await Client.saying(api, { token });
    expect(await third.closed).toBe(4429);
    for (const { socket } of two) socket.close();
  });

  it('refuses pages of origins that are not allowed, and paths that are not its own', async () => {
    const statusOf = async (url: string, origin?: string): Promise<unknown> => {
      const socket = new WebSocket(url, origin === undefined ? {} : { origin });
      const [result] = (await Promise.race([
        once(socket, 'unexpected-response').then(([, response]) => [
          (response as { statusCode: number }).statusCode,
        ]),
        once(socket, 'open').then(() => ['open']),
      ])) as [unknown];
      socket.on('error', () => undefined);
      socket.terminate();
      return result;
    };
    const url = `${api.url.replace('http', 'ws')}/ws`;
    expect(await statusOf(url, 'https://evil.example')).toBe(403);
    expect(await statusOf(url, 'null')).toBe(403);
    expect(await statusOf(url, 'https://shop.example')).toBe('open');
    expect(await statusOf(url, api.origin)).toBe('open'); // the page that this server serves
    expect(await statusOf(url)).toBe('open');
    expect(await statusOf(`${url}/more`)).toBe(404);
  });

  it('says to whom asks for it without an upgrade that it is a WebSocket', async () => {
    const answer = await fetch(`${api.url}/ws`);
    expect([answer.status, answer.headers.get('upgrade')]).toEqual([426, 'websocket']);
    expect(await answer.json()).toMatchObject({ status: 426, code: 'upgrade_required' });
    expect((await fetch(`${api.url}/ws`, { method: 'POST' })).status).toBe(404);
  });

  it('drops a client that takes nothing', async () => {
    const owner = newOwner();
    const client = await Client.saying(other, { token: await tokenOf(owner) });
    await waitFor(() => client.heard.length > 0, { what: 'the word that it is in' });
    client.socket.pause();
    const { id } = await insertImage(api, owner);
    const waiting = new Promise<number>((resolve) => client.socket.once('close', resolve));
    const limit = 80; // 16 MB: more than the buffers of both ends
    for (let n = 0; n < limit; n += 1) {
      await api.postgres.images.update(id, (image) =>
        new ChangeBuilder(image, new Date()).note('updated', { filler: 'x'.repeat(200_000) }).build(),
      );
    }
    client.socket.resume();
    expect(await waiting).toBe(1006); // cut, without a word
    expect(client.entries.length).toBeLessThan(limit);
  });

  it('is told to come again when the server stops', async () => {
    const client = await Client.saying(other, { token: await tokenOf(newOwner()) });
    await waitFor(() => client.heard.length > 0, { what: 'the word that it is in' });
    const silent = new Client(other); // has not said yet who it is
    await once(silent.socket, 'open');
    await other.close();
    expect([await client.closed, await silent.closed]).toEqual([1001, 1001]);
  });
});

describe('a rate limit', () => {
  let limited: TestApi;

  beforeAll(async () => {
    limited = await startTestApi(
      { s3: store.settings, sqsEndpoint: store.sqsEndpoint, databaseUrl: database.url },
      { RATE_LIMIT_ADDRESS_PER_MINUTE: '35', RATE_LIMIT_USER_PER_MINUTE: '3', TRUST_PROXY: 'loopback' },
    );
  });
  afterAll(() => limited.close());

  const from = (address: string) => ({ 'x-forwarded-for': address });

  it('counts tokens that are refused ten times, for the address that a proxy names', async () => {
    for (let call = 0; call < 3; call += 1) {
      const client = await Client.saying(limited, { token: 'nonsense' }, from('198.51.100.1'));
      expect(await client.closed).toBe(4401);
    }
    const more = new Client(limited, from('198.51.100.1'));
    expect(await more.upgraded).toBe(101); // 34 of 35
    more.socket.send(JSON.stringify({ token: 'nonsense' }));
    await more.closed;
    const refused = new Client(limited, from('198.51.100.1'));
    expect(await refused.upgraded).toBe(429);
    expect(Number(refused.retryAfter)).toBeGreaterThan(0);
    const other = new Client(limited, from('198.51.100.2'));
    expect(await other.upgraded).toBe(101);
    other.socket.terminate();
  });

  it('counts for whoever connects, and not for the owner that they name', async () => {
    const token = await tokenOf('busy shop', { roles: ['service'] });
    const codes = [];
    for (let call = 0; call < 4; call += 1) {
      const headers = { ...from(`198.51.101.${call}`), 'x-owner': newOwner() };
      const client = await Client.saying(limited, { token }, headers);
      await waitFor(() => client.heard.length > 0 || client.socket.readyState > 1, { what: 'an answer' });
      client.socket.close();
      codes.push(await client.closed);
    }
    expect(codes).toEqual([1005, 1005, 1005, 4429]);
  });
});

describe('a client that says nothing', () => {
  let server: HttpServer;
  let sockets: LiveSockets;
  let hub: LiveHub;

  beforeAll(async () => {
    const logger = createLogger({ name: 'test', level: 'silent' });
    const { timelineLog } = api.postgres;
    hub = new LiveHub(timelineLog, { heartbeatMs: 1_000, maxStreams: 2, maxStreamsPerOwner: 2 }, logger);
    sockets = new LiveSockets({
      ...{ hub, timelineLog, corsOrigins: [], logger, helloMs: 2_000 },
      authenticate: () => Promise.reject(new Error('nobody comes so far')),
      countCall: () => Promise.resolve([]),
      addressOf: ({ headers }) => String(headers['x-test-address']),
    });
    server = await serve(
      (_request, response) => response.end(),
      0,
      '127.0.0.1',
      (...upgrade) => sockets.upgrade(...upgrade),
    );
  });
  afterAll(async () => {
    await hub.close();
    await sockets.close();
    await server.close(1_000);
  });

  const comeFrom = async (address: string, count: number) => {
    const where = { url: `http://127.0.0.1:${server.port}/api` };
    const clients = Array.from({ length: count }, () => new Client(where, { 'x-test-address': address }));
    const statuses = await Promise.all(clients.map(({ upgraded }) => upgraded));
    return { clients, statuses };
  };

  it('is shown out, and holds a place only until then', async () => {
    const { perNetwork } = waitingPlaces;
    const first = await comeFrom('2001:db8:1:1::1', perNetwork);
    expect(new Set(first.statuses)).toEqual(new Set([101]));
    const [neighbour, stranger] = await Promise.all([
      comeFrom('2001:db8:1:1::2', 1),
      comeFrom('192.0.2.1', 1),
    ]);
    expect([...neighbour.statuses, ...stranger.statuses]).toEqual([429, 101]);
    const codes = await Promise.all(first.clients.map(({ closed }) => closed));
    expect(new Set(codes)).toEqual(new Set([4408]));
    const later = await comeFrom('2001:db8:1:1::2', 1);
    expect(later.statuses).toEqual([101]);
    later.clients[0]?.socket.terminate();
    await stranger.clients[0]?.closed;
  });

  it('is cut off where it does not say goodbye either', async () => {
    const socket = connect(server.port, '127.0.0.1');
    await once(socket, 'connect');
    const key = 'dGhlIHNhbXBsZSBub25jZQ==';
    socket.write(
      'GET /api/ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`,
    );
    socket.resume();
    await once(socket, 'close');
  });

  it('does no harm by half an upgrade', async () => {
    const socket = connect(server.port, '127.0.0.1');
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    socket.end('GET /api/ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(String(answer)).toMatch(/^HTTP\/1\.1 400/);
  });
});
