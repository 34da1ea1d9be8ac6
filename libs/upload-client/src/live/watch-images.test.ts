import { jest } from '@jest/globals';
import type { ApiError } from '../api-error.ts';
import { eventServer, type EventServer } from './event-server.fixture.ts';
import { watchImages, watchTimeline, type LiveEntry } from './watch-images.ts';

let server: EventServer;
const random = Math.random;
beforeAll(() => (Math.random = () => 0)); // the shortest of the jittered pauses
afterAll(() => (Math.random = random));
beforeEach(async () => (server = await eventServer()));
afterEach(() => server.close());

const entry = (n: number) => ({
  image_id: 'one',
  seq: n,
  type: 'updated',
  at: '2026-01-01T00:00:00Z',
  detail: {},
});
const event = (n: number) => `id: ${100 + n}\nevent: timeline\ndata: ${JSON.stringify(entry(n))}\n\n`;

/** What a watch tells of, to be awaited. */
function heardBy(options: { readonly token?: string | (() => string); readonly lastEventId?: string } = {}) {
  const entries: number[] = [];
  const ids: string[] = [];
  const connections: boolean[] = [];
  let tell: () => void = () => undefined;
  let refused: ApiError | undefined;
  let reset: string | undefined;
  const told = async (condition: () => boolean) => {
    while (!condition()) await new Promise<void>((resolve) => (tell = resolve));
  };
  const stop = watchImages({
    apiBase: server.base,
    ...options,
    onEntry: ({ seq }: LiveEntry, id) => {
      entries.push(seq);
      ids.push(id);
      tell();
    },
    onConnection: (connected) => {
      connections.push(connected);
      tell();
    },
    onReset: (reason) => {
      reset = reason;
      tell();
    },
    onRefused: (error) => {
      refused = error;
      tell();
    },
  });
  return { entries, ids, connections, told, stop, refused: () => refused, reset: () => reset };
}

describe('watchImages', () => {
  it('goes on where it was when the connection is cut or ended', async () => {
    const heard = heardBy();
    const first = await server.next();
    expect([first.path, first.lastEventId]).toEqual(['/events', undefined]);
    first.write(`: hello\n\n${event(1)}${event(2).slice(0, 20)}`);
    await heard.told(() => heard.entries.length === 1);
    first.cut();
    const second = await server.next();
    expect(second.lastEventId).toBe('101');
    second.write(event(2));
    await heard.told(() => heard.entries.length === 2);
    second.write(': heartbeat\nid: 107\n\n');
    second.end();
    const third = await server.next();
    expect(third.lastEventId).toBe('107');
    third.write(event(3));
    await heard.told(() => heard.entries.length === 3);
    expect(heard.entries).toEqual([1, 2, 3]);
    expect(heard.ids).toEqual(['101', '102', '103']);
    expect(heard.connections).toEqual([true, false, true, false, true]);
    heard.stop();
    await third.closed;
  });

  it('begins after the event that it is given', async () => {
    const heard = heardBy({ lastEventId: '77' });
    expect((await server.next()).lastEventId).toBe('77');
    heard.stop();
  });

  it('tells when something was missed, and goes on from there', async () => {
    const heard = heardBy({ lastEventId: '1' });
    const first = await server.next();
    first.write('id: 50\nevent: reset\ndata: {"reason":"pruned"}\n\n');
    await heard.told(() => heard.reset() !== undefined);
    expect(heard.reset()).toBe('pruned');
    first.cut();
    expect((await server.next()).lastEventId).toBe('50');
    heard.stop();
  });

  it('renews its token, waits out an overload, and ends where it is refused', async () => {
    let count = 0;
    const heard = heardBy({ token: () => `token-${(count += 1)}` });
    (await server.next()).refuse(401);
    const renewed = await server.next();
    expect(renewed.token).toBe('token-2');
    renewed.refuse(503);
    (await server.next()).refuse(429, { 'retry-after': '0' });
    (await server.next()).refuse(404);
    await heard.told(() => heard.refused() !== undefined);
    expect(heard.refused()).toMatchObject({ status: 404, code: 'no' });
  });

  it('takes a page in place of a stream for a refusal', async () => {
    const heard = heardBy();
    (await server.next()).json({ not: 'a stream' });
    await heard.told(() => heard.refused() !== undefined);
    expect(heard.refused()?.code).toBe('no_stream');
  });

  it('gives up a connection over which not even heartbeats come', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
    try {
      const heard = heardBy();
      const first = await server.next();
      first.write(': heartbeat\n\n');
      await heard.told(() => heard.connections.length === 1);
      jest.advanceTimersByTime(45_000);
      await first.closed;
      await heard.told(() => heard.connections.length === 2);
      await jest.advanceTimersByTimeAsync(1);
      (await server.next()).write(event(1));
      await heard.told(() => heard.entries.length === 1);
      heard.stop();
    } finally {
      jest.useRealTimers();
    }
  });
});

describe('watchTimeline', () => {
  it('tells of one image', async () => {
    const seen = new Promise<number>((resolve) => {
      const stop = watchTimeline('a/b', {
        apiBase: server.base,
        onEntry: ({ seq }) => {
          stop();
          resolve(seq);
        },
      });
    });
    const connection = await server.next();
    expect(connection.path).toBe('/images/a%2Fb/events');
    connection.write(event(4));
    expect(await seen).toBe(4);
    await connection.closed;
  });
});
