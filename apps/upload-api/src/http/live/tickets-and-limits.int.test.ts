import { once } from 'node:events';
import { connect } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import type { ProblemBody, TicketBody } from '@darkroom/contracts';
import { ChangeBuilder } from '@darkroom/domain';
import { testDatabase, testS3, waitFor, type TestDatabase, type TestS3 } from '@darkroom/testing';
import { migrate, startTestApi, type Places, type TestApi } from '../api.fixture.ts';
import { EventStream } from './event-stream.fixture.ts';
import { bearer, changeImage, insertImage, newOwner } from './live.fixture.ts';

let store: TestS3;
let database: TestDatabase;
let places: Places;
let api: TestApi;
/** Another process, with room for few streams. */
let small: TestApi;

beforeAll(async () => {
  [store, database] = await Promise.all([testS3(), testDatabase({ migrate })]);
  places = { s3: store.settings, sqsEndpoint: store.sqsEndpoint, databaseUrl: database.url };
  api = await startTestApi(places);
  small = await startTestApi(places, { LIVE_MAX_STREAMS: '4', LIVE_MAX_STREAMS_PER_OWNER: '2' });
});
afterAll(async () => {
  await Promise.all([api.close(), small.close()]);
  await Promise.all([store.close(), database.close()]);
});

const problemOf = async (response: Response) => (await response.json()) as ProblemBody;

describe('tickets', () => {
  const ticketFor = async (headers: Record<string, string>): Promise<TicketBody> => {
    const response = await fetch(`${api.url}/tickets`, { method: 'POST', headers });
    expect(response.status).toBe(201);
    return (await response.json()) as TicketBody;
  };

  it('open one stream, on any process, without a header', async () => {
    const owner = newOwner();
    const { id } = await insertImage(api, owner);
    const { ticket, expires_at } = await ticketFor(await bearer(owner));
    const left = Date.parse(expires_at) - Date.now();
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(60_000);
    const stream = await EventStream.open(
      `${small.url}/images/${id}/events?ticket=${ticket}&last_event_id=0`,
    );
    expect((await stream.next())?.id).toBe('1');
    const again = await fetch(`${api.url}/events?ticket=${ticket}`);
    expect([again.status, (await problemOf(again)).code]).toEqual([401, 'unauthenticated']);
    stream.close();
  });

  it('are not used up by HEAD', async () => {
    const { ticket } = await ticketFor(await bearer(newOwner()));
    const url = `${api.url}/events?ticket=${ticket}`;
    expect((await fetch(url, { method: 'HEAD' })).status).toBe(401);
    const stream = await EventStream.open(url);
    expect(stream.response.status).toBe(200);
    stream.close();
  });

  it('see what their maker saw, and no more', async () => {
    const owner = newOwner();
    const own = await insertImage(api, owner);
    const other = await insertImage(api, newOwner());
    const byUser = await ticketFor(await bearer(owner));
    const notMine = await fetch(`${api.url}/images/${other.id}/events?ticket=${byUser.ticket}`);
    expect(notMine.status).toBe(404);
    const service = {
      ...(await bearer('shop', { roles: ['service'] })),
      'x-owner': encodeURIComponent(owner),
    };
    const byService = await ticketFor({ ...service, 'x-owner': `UTF-8''${service['x-owner']}` });
    const stream = await EventStream.open(`${api.url}/images/${own.id}/events?ticket=${byService.ticket}`);
    expect((await stream.next())?.id).toBe('1');
    stream.close();
  });

  it('open nothing but streams, and are not guessed', async () => {
    const { ticket } = await ticketFor(await bearer(newOwner()));
    expect((await fetch(`${api.url}/images?ticket=${ticket}`)).status).toBe(401);
    for (const wrong of ['x', ticket.toUpperCase(), `${ticket}x`, '%00', `${ticket}&ticket=${ticket}`]) {
      expect([wrong, (await fetch(`${api.url}/events?ticket=${wrong}`)).status]).toEqual([wrong, 401]);
    }
  });

  it('end with the token that they were made with', async () => {
    const exp = Math.floor(Date.now() / 1_000) + 20;
    const { expires_at } = await ticketFor(await bearer(newOwner(), { exp }));
    expect(Date.parse(expires_at)).toBe((exp + 5) * 1_000);
    const { ticket } = await ticketFor(await bearer(newOwner()));
    await api.postgres.db.run((knex) =>
      knex.raw("update stream_tickets set expires_at = now() - interval '1 s'"),
    );
    expect((await fetch(`${api.url}/events?ticket=${ticket}`)).status).toBe(401);
  });
});

describe('a stream', () => {
  it('ends when the token expires that opened it', async () => {
    const owner = newOwner();
    // Tokens are good for another five seconds, for clocks that differ
    const exp = Math.floor(Date.now() / 1_000) - 4;
    const stream = await EventStream.open(`${api.url}/events`, await bearer(owner, { exp }));
    expect(stream.response.status).toBe(200);
    expect(await stream.next()).toBeUndefined();
    const again = await fetch(`${api.url}/events`, { headers: await bearer(owner, { exp }) });
    expect(again.status).toBe(401);
    await again.body?.cancel();
  });

  it('is refused where its owner has as many as there may be, and let in when one has gone', async () => {
    const owner = newOwner();
    const headers = await bearer(owner);
    const open = () => EventStream.open(`${small.url}/events`, headers);
    const [first, second] = [await open(), await open()];
    const refused = await fetch(`${small.url}/events`, { headers });
    expect([refused.status, (await problemOf(refused)).code]).toEqual([429, 'too_many_streams']);
    expect(refused.headers.get('retry-after')).toBe('30');
    const others = [
      await EventStream.open(`${small.url}/events`, await bearer(newOwner())),
      await EventStream.open(`${small.url}/events`, await bearer(newOwner())),
    ];
    const full = await fetch(`${small.url}/events`, { headers: await bearer(newOwner()) });
    expect([full.status, (await problemOf(full)).code]).toEqual([503, 'streams_exhausted']);
    for (const stream of [first, ...others]) stream.close();
    let third: EventStream | undefined;
    await waitFor(
      async () => {
        third?.close();
        third = await open();
        return third.response.status === 200;
      },
      { what: 'room for another one' },
    );
    third?.close();
    second.close();
  });

  it('does no harm by leaving before it is answered', async () => {
    const fresh = await startTestApi(places); // its first stream takes a while: the reader of the log begins with it
    const headers = await bearer(newOwner());
    const { port, hostname } = new URL(fresh.url);
    const request = `GET /api/events HTTP/1.1\r\nHost: x\r\nAuthorization: ${headers['authorization']}\r\n\r\n`;
    const leaving = Array.from({ length: 40 }, async (_, n) => {
      const socket = connect(Number(port), hostname);
      socket.on('error', () => undefined);
      await once(socket, 'connect');
      socket.write(request);
      for (let turn = 0; turn < n * n; turn += 1) await setImmediate(); // at every point of the way
      socket.resetAndDestroy();
    });
    await Promise.all(leaving);
    const stream = await EventStream.open(`${fresh.url}/events`, headers);
    expect(stream.response.status).toBe(200);
    stream.close();
    await fresh.close();
  });

  it('answers HEAD with its headers alone', async () => {
    const response = await fetch(`${api.url}/events`, { method: 'HEAD', headers: await bearer(newOwner()) });
    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      'text/event-stream; charset=utf-8',
    ]);
  });

  it('is cut off where its client takes nothing, and the others go on', async () => {
    const owner = newOwner();
    const { id } = await insertImage(api, owner);
    const headers = await bearer(owner);
    const url = new URL(`${small.url}/images/${id}/events`);
    const lazy = connect(Number(url.port), url.hostname);
    lazy.on('error', () => undefined);
    await once(lazy, 'connect');
    lazy.write(
      `GET ${url.pathname} HTTP/1.1\r\nHost: x\r\nAuthorization: ${headers['authorization']}\r\n\r\n`,
    );
    await once(lazy, 'readable'); // the answer has begun, and is not read
    const quick = await EventStream.open(url.href, headers);
    const first = await quick.take(1);
    // As many as it takes to fill the buffers of both ends, however large the system makes them
    const detail = { filler: 'x'.repeat(200_000) };
    let written = 0;
    await waitFor(
      async () => {
        await api.postgres.images.update(id, (image) =>
          new ChangeBuilder(image, new Date()).note('updated', detail).build(),
        );
        written += 1;
        await quick.take(1);
        const third = await fetch(url, { headers }); // an owner may have two
        await third.body?.cancel();
        return third.status === 200;
      },
      { what: 'the slow one to be cut off', timeoutMs: 50_000, intervalMs: 1 },
    );
    expect([first[0]?.id, quick.lastEventId]).toEqual(['1', String(written + 1)]);
    quick.close();
    lazy.destroy();
  });
});

describe('stopping the server', () => {
  it('ends every stream with a word about coming again, and nobody has missed anything', async () => {
    const stopping = await startTestApi(places);
    const owner = newOwner();
    const headers = await bearer(owner);
    const { id } = await insertImage(api, owner);
    const one = await EventStream.open(`${stopping.url}/images/${id}/events`, headers);
    const all = await EventStream.open(`${stopping.url}/events`, headers);
    await one.take(1);
    await changeImage(api, id, 1);
    await Promise.all([one.take(1), all.take(1)]);
    const first = one.retry;
    await stopping.close();
    expect([await one.next(), await all.next()]).toEqual([undefined, undefined]); // ended, not cut
    expect(Number(one.retry)).toBeGreaterThanOrEqual(Number(first));
    await changeImage(api, id, 2);
    const again = await EventStream.open(`${api.url}/events`, {
      ...headers,
      'last-event-id': all.lastEventId,
    });
    expect((await again.next())?.data).toMatchObject({ image_id: id, type: 'updated' });
    again.close();
  });
});
