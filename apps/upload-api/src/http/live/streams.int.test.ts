import { testDatabase, testS3, waitFor, type TestDatabase, type TestS3 } from '@darkroom/testing';
import { migrate, startTestApi, type Places, type TestApi } from '../api.fixture.ts';
import { EventStream, type HeardEvent } from './event-stream.fixture.ts';
import { bearer, changeImage, insertImage, newOwner, timelineOf } from './live.fixture.ts';

let store: TestS3;
let database: TestDatabase;
let places: Places;
/** Two processes' worth: what is written through one must come out of the other. */
let writer: TestApi;
let reader: TestApi;

beforeAll(async () => {
  [store, database] = await Promise.all([testS3(), testDatabase({ migrate })]);
  places = { s3: store.settings, sqsEndpoint: store.sqsEndpoint, databaseUrl: database.url };
  [writer, reader] = [await startTestApi(places), await startTestApi(places, { LIVE_HEARTBEAT_MS: '200' })];
});
afterAll(async () => {
  await Promise.all([writer.close(), reader.close()]);
  await Promise.all([store.close(), database.close()]);
});

/** Opens, reads as many events as `sizes` says, cuts, and goes on where it was; until `done` says so. */
async function readCutting(
  url: string,
  headers: Record<string, string>,
  first: string,
  sizes: readonly number[],
): Promise<HeardEvent[]> {
  const heard: HeardEvent[] = [];
  let last = first;
  for (const size of sizes) {
    const stream = await EventStream.open(url, { ...headers, 'last-event-id': last });
    heard.push(...(await stream.take(size)));
    last = stream.lastEventId;
    stream.close();
  }
  return heard;
}

describe('the stream of one image', () => {
  it('tells its timeline and goes on with it', async () => {
    const owner = newOwner();
    const image = await insertImage(writer, owner);
    await changeImage(writer, image.id, 0);
    const stream = await EventStream.open(`${reader.url}/images/${image.id}/events`, await bearer(owner));
    expect(stream.response.headers.get('content-type')).toContain('text/event-stream');
    const before = await stream.take(3);
    await changeImage(writer, image.id, 1);
    await changeImage(writer, image.id, 2);
    const after = await stream.take(2);
    stream.close();
    const all = [...before, ...after];
    expect(all.map(({ data }) => data)).toEqual(await timelineOf(writer, image.id));
    expect(all.map(({ id, event }) => [id, event])).toEqual(all.map((_, n) => [String(n + 1), 'timeline']));
  });

  it('misses and doubles nothing, wherever the connection is cut', async () => {
    const owner = newOwner();
    const { id } = await insertImage(writer, owner);
    const url = `${reader.url}/images/${id}/events`;
    const headers = await bearer(owner);
    const reading = readCutting(url, headers, '', [1, 1, 1, 2, 1, 3, 1, 1, 5, 1, 1, 2, 1, 5]);
    for (let n = 0; n < 20; n += 1) await changeImage(writer, id, n);
    expect((await reading).map(({ data }) => data)).toEqual(await timelineOf(writer, id));
  });

  it('is not there for others, nor for images that do not exist', async () => {
    const { id } = await insertImage(writer, newOwner());
    const other = await bearer(newOwner());
    for (const path of [
      `/images/${id}/events`,
      `/images/${crypto.randomUUID()}/events`,
      '/images/x/events',
    ]) {
      const { status } = await fetch(reader.url + path, { headers: other });
      expect([path, status]).toEqual([path, 404]);
    }
  });

  it('begins anew for a place that the image has never reached', async () => {
    const owner = newOwner();
    const { id } = await insertImage(writer, owner);
    const [entry] = await readCutting(`${reader.url}/images/${id}/events`, await bearer(owner), '77', [1]);
    expect(entry?.id).toBe('1');
  });
});

describe('the stream over all images', () => {
  const open = async (api: TestApi, headers: Record<string, string>) => {
    const stream = await EventStream.open(`${api.url}/events`, headers);
    await stream.nextBlock();
    await stream.nextBlock(); // from here on: its id says where
    return stream;
  };

  it('begins now, and brings what happens through another process, in order', async () => {
    const owner = newOwner();
    const stream = await open(reader, await bearer(owner));
    const [a, b] = [await insertImage(writer, owner), await insertImage(writer, owner)];
    const elsewhere = await insertImage(writer, newOwner());
    const expected: unknown[] = [];
    for (const { id } of [a, b]) expected.push({ image_id: id, ...(await timelineOf(writer, id))[0] });
    for (let n = 0; n < 12; n += 1) {
      const { id } = n % 3 === 0 ? a : b;
      const known = (await timelineOf(writer, id)).length;
      await changeImage(writer, id, n);
      await changeImage(writer, elsewhere.id, n);
      expected.push(
        ...(await timelineOf(writer, id)).slice(known).map((entry) => ({ image_id: id, ...entry })),
      );
    }
    const heard = await stream.take(expected.length);
    stream.close();
    expect(heard.map(({ data }) => data)).toEqual(expected);
    const places = heard.map(({ id }) => Number(id));
    expect(places).toEqual(places.toSorted((x, y) => x - y));
    expect(new Set(places).size).toBe(places.length);
  });

  it('misses and doubles nothing, cut after every single entry while writers go on', async () => {
    const owner = newOwner();
    const headers = await bearer(owner);
    const start = await open(writer, headers);
    const first = start.lastEventId;
    start.close();
    const images = await Promise.all([
      insertImage(writer, owner),
      insertImage(writer, owner),
      insertImage(writer, owner),
    ]);
    const writing = Promise.all(
      images.map(async ({ id }) => {
        for (let n = 0; n < 12; n += 1) await changeImage(writer, id, n);
      }),
    );
    const entries = 3 * (1 + 12 + 3); // every fourth change writes two
    // Each connection to the other process than the one before: a place is good everywhere
    const heard: HeardEvent[] = [];
    let last = first;
    for (let n = 0; n < entries; n += 1) {
      const { url } = n % 2 === 0 ? writer : reader;
      const [event] = await readCutting(`${url}/events`, headers, last, [1]);
      heard.push(event!);
      last = event!.id;
    }
    await writing;
    for (const { id } of images) {
      const own = heard
        .map(({ data }) => data as { image_id: string })
        .filter(({ image_id }) => image_id === id);
      expect(own).toEqual((await timelineOf(writer, id)).map((entry) => ({ image_id: id, ...entry })));
    }
  });

  it('says with each sign of life how far it has come, so that a quiet client can go on from there', async () => {
    const owner = newOwner();
    const stream = await open(reader, await bearer(owner));
    const { lastEventId } = stream;
    await insertImage(writer, newOwner());
    await waitFor(
      async () => {
        await stream.nextBlock();
        return Number(stream.lastEventId) > Number(lastEventId);
      },
      { timeoutMs: 10_000, what: 'the place to move' },
    );
    stream.close();
  });

  it("shows a service the owner that it names, and an admin everybody's", async () => {
    const owner = newOwner();
    const service = await open(reader, {
      ...(await bearer('shop', { roles: ['service'] })),
      'x-owner': owner,
    });
    const admin = await open(reader, await bearer('root', { roles: ['admin'] }));
    const others = await insertImage(writer, newOwner());
    const own = await insertImage(writer, owner);
    expect((await service.next())?.data).toMatchObject({ image_id: own.id, type: 'presigned' });
    expect((await admin.take(2)).map(({ data }) => (data as { image_id: string }).image_id)).toEqual([
      others.id,
      own.id,
    ]);
    service.close();
    admin.close();
    const refused = await fetch(`${reader.url}/events`, {
      headers: { ...(await bearer('bob')), 'x-owner': owner },
    });
    expect(refused.status).toBe(403);
  });

  it('says reset for a place that the log has never reached, and goes on', async () => {
    const owner = newOwner();
    const stream = await EventStream.open(`${reader.url}/events`, {
      ...(await bearer(owner)),
      'last-event-id': '999999999',
    });
    expect(await stream.next()).toMatchObject({ event: 'reset', data: { reason: 'pruned' } });
    const { id } = await insertImage(writer, owner);
    expect((await stream.next())?.data).toMatchObject({ image_id: id });
    stream.close();
  });

  it('refuses places that are none', async () => {
    const headers = await bearer(newOwner());
    for (const place of ['-1', 'x', '1e9', '1234567890123456']) {
      const byHeader = await fetch(`${reader.url}/events`, {
        headers: { ...headers, 'last-event-id': place },
      });
      const byQuery = await fetch(`${reader.url}/events?last_event_id=${place}`, { headers });
      expect([place, byHeader.status, byQuery.status]).toEqual([place, 422, 422]);
    }
  });
});
