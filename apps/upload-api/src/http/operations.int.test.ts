import {
  recordOfEvent,
  type DeadLetterDetailBody,
  type DeadLetterListBody,
  type OperationsBody,
} from '@darkroom/contracts';
import { acceptedImage, changeOf } from '@darkroom/domain/testing';
import { newId } from '@darkroom/kernel';
import {
  Client,
  describeKafka,
  testDatabase,
  testKafka,
  testS3,
  waitFor,
  type TestDatabase,
  type TestS3,
} from '@darkroom/testing';
import kafkajs from 'kafkajs';
import { fixture, migrate, startTestApi, tokenFor, type TestApi } from './api.fixture.ts';

let store: TestS3;
let database: TestDatabase;
let api: TestApi;
let admin: Client;
let user: Client;

beforeAll(async () => {
  [store, database] = await Promise.all([testS3(), testDatabase({ migrate })]);
  api = await startTestApi({ s3: store.settings, sqsEndpoint: store.sqsEndpoint, databaseUrl: database.url });
  admin = new Client(api.url, await tokenFor('root', { roles: ['admin'] }));
  user = new Client(api.url, await tokenFor('alice'));
});
afterAll(async () => {
  await api.close();
  await Promise.all([store.close(), database.close()]);
});

/** Buries an event of an image, or these bytes in its place, as a worker does. */
async function bury(imageId: string, value?: Uint8Array): Promise<void> {
  const record = recordOfEvent({
    id: newId(),
    type: 'ImageUpdated',
    time: new Date(),
    imageId,
    imageSeq: 1,
    traceparent: null,
    data: { image_id: imageId, owner_id: 'alice', category_id: 1, fields: ['title'] },
  });
  const delivery = {
    id: null,
    group: 'workers',
    record: { ...record, partition: 1, offset: 2n ** 60n, value: value ?? record.value },
    attempts: 5,
    lastError: 'the disk is full',
    imageId,
  };
  await api.postgres.deliveries.bury(delivery, 'attempts_spent');
}

const list = async (query = '') =>
  (await admin.call<DeadLetterListBody>('GET', `/admin/dead-letters${query}`)).body;
const idOf = async (imageId: string) =>
  (await list('?page_size=100')).items.find(({ image_id }) => image_id === imageId)!.id;
const get = (id: string) => admin.call<DeadLetterDetailBody>('GET', `/admin/dead-letters/${id}`);

describe('dead letters', () => {
  it('are listed newest first, page by page', async () => {
    const images = [newId(), newId(), newId()];
    for (const image of images) await bury(image);
    const first = await list('?page_size=2');
    expect(first.items.map(({ image_id }) => image_id)).toEqual([images[2], images[1]]);
    expect(first.items[0]).toEqual({
      id: expect.any(String),
      group: 'workers',
      code: 'attempts_spent',
      event_type: 'ImageUpdated',
      image_id: images[2],
      error: 'the disk is full',
      attempts: 5,
      buried_at: expect.any(String),
    });
    const second = await list(`?page_size=2&cursor=${first.next_cursor}`);
    expect(second).toMatchObject({ items: [{ image_id: images[0] }], next_cursor: null });
  });

  it('are shown with headers and payload', async () => {
    const image = newId();
    await bury(image);
    const { status, body } = await get(await idOf(image));
    expect([status, body]).toMatchObject([
      200,
      {
        image_id: image,
        partition: 1,
        offset: String(2n ** 60n),
        key: image,
        headers: { ce_type: expect.any(String), ce_id: body.event_id },
        payload: { image_id: image, fields: ['title'] },
        payload_base64: null,
      },
    ]);
  });

  it.each([
    ['is no JSON', Buffer.from('{"image_id":')],
    ['is no UTF-8', Buffer.from([0x22, 0xff, 0xfe, 0x22])],
    ['is nested too deeply to be answered', Buffer.from('['.repeat(200_000) + ']'.repeat(200_000))],
  ])('are shown with their bytes where the message %s', async (_what, value) => {
    const image = newId();
    await bury(image, value);
    const { body } = await get(await idOf(image));
    expect(body.payload).toBeNull();
    expect(body.payload_base64).toBe(value.toString('base64'));
  });

  it('are given to their worker again, once', async () => {
    const image = newId();
    await bury(image);
    const id = await idOf(image);
    const replay = () => admin.call('POST', `/admin/dead-letters/${id}/replay`);
    const answers = await Promise.all([replay(), replay(), replay()]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([202, 404, 404]);
    expect((await get(id)).status).toBe(404);
    const due = await api.postgres.deliveries.takeDue('workers', 10, 60_000);
    expect(due).toEqual([expect.objectContaining({ id, imageId: image, attempts: 1 })]);
  });

  it('are discarded for good, once', async () => {
    const image = newId();
    await bury(image);
    const id = await idOf(image);
    const discard = async () => (await admin.call('DELETE', `/admin/dead-letters/${id}`)).status;
    expect([await discard(), await discard(), (await get(id)).status]).toEqual([200, 404, 404]);
    expect(await api.postgres.deliveries.takeDue('workers', 10, 60_000)).toEqual([]);
  });

  it('are for admins alone, and nothing happens to them otherwise', async () => {
    const image = newId();
    await bury(image);
    const id = await idOf(image);
    for (const [method, path] of [
      ['GET', ''],
      ['GET', `/${id}`],
      ['POST', `/${id}/replay`],
      ['DELETE', `/${id}`],
    ] as const) {
      const { status, body } = await user.call(method, `/admin/dead-letters${path}`);
      expect([method, path, status, body]).toMatchObject([method, path, 403, { code: 'forbidden' }]);
    }
    expect((await get(id)).status).toBe(200);
  });

  it('are not found by what is no id of one', async () => {
    for (const id of [newId(), 'x', '%00', "';--"]) {
      for (const [method, rest] of [
        ['GET', ''],
        ['POST', '/replay'],
        ['DELETE', ''],
      ] as const) {
        expect((await admin.call(method, `/admin/dead-letters/${id}${rest}`)).status).toBe(404);
      }
    }
  });

  it('are not listed by a query that makes no sense', async () => {
    for (const query of ['page_size=0', 'page_size=101', 'page_size=x', 'cursor=x', 'cursor=%00']) {
      const { status, body } = await admin.call('GET', `/admin/dead-letters?${query}`);
      expect([query, status, body]).toMatchObject([query, 422, { code: 'invalid_query' }]);
    }
  });
});

describe('the overview', () => {
  const overview = () => admin.call<OperationsBody>('GET', '/admin/overview');
  /** Makes all images as old as that, and as long untouched. */
  const age = (created: string, updated: string) =>
    api.postgres.db.run((knex) =>
      knex.raw('update images set created_at = now() - ?::interval, updated_at = now() - ?::interval', [
        created,
        updated,
      ]),
    );

  it('is for admins alone', async () => {
    expect((await user.call('GET', '/admin/overview')).status).toBe(403);
  });

  it('tells of use, of groups, and of what stands still', async () => {
    const bytes = fixture('orientation-6.jpg');
    const { image_id: orphan } = await user.presigned({
      filename: 'a.jpg',
      contentType: 'image/jpeg',
      bytes,
    });
    const stuck = acceptedImage();
    await api.postgres.images.insert(
      changeOf(stuck, (builder) => builder.emit('ImageUpdated', { fields: ['title'] })),
    );
    await api.postgres.monitor.recordCleanup('orphans', {}, new Date('2026-01-01T00:00:00Z'));
    await bury(newId());
    await age('23 hours', '14 minutes');
    expect((await overview()).body).toMatchObject({ unready: { images: 1 }, stuck: [], orphans: [] });

    await age('25 hours', '16 minutes');
    const bus = api.postgres.openBus();
    const subscription = await bus.subscribe('readers', {
      onRecords: () => undefined, // takes all, and finishes nothing
      onRevoked: () => undefined,
      onFatal: () => undefined,
    });
    await subscription.close();
    await bus.close();

    const { status, body } = await overview();
    expect(status).toBe(200);
    expect(body).toMatchObject({
      usage: {
        images: 1,
        bytes: stuck.fileSize,
        by_status: expect.arrayContaining([
          { status: 'completed', count: 1 },
          { status: 'uploading', count: 1 },
        ]),
      },
      unready: { images: 1 },
      stuck: [{ image_id: stuck.id, since: expect.any(String) }],
      orphans: [{ image_id: orphan, since: expect.any(String) }],
      cleanup: [{ task: 'orphans', succeeded_at: '2026-01-01T00:00:00.000Z' }],
    });
    const group = (name: string) => body.groups.find((one) => one.group === name);
    expect(group('workers')).toMatchObject({ lag_events: null, lag_seconds: null });
    expect(group('workers')!.dead_letters).toBeGreaterThan(0);
    expect(group('readers')).toMatchObject({ waiting: 0, dead_letters: 0 });
    expect(group('readers')!.lag_events! + body.unsequenced).toBeGreaterThan(0);
  });
});

describeKafka('the overview, with workers on Kafka', () => {
  it('tells how far they are behind, and waits for no Kafka that is away', async () => {
    const { brokers, randomTopic } = await testKafka();
    const topic = randomTopic();
    const kafka = new kafkajs.Kafka({ brokers, logLevel: kafkajs.logLevel.NOTHING });
    const kafkaAdmin = kafka.admin();
    await kafkaAdmin.connect();
    await kafkaAdmin.createTopics({ topics: [{ topic, numPartitions: 2 }] });
    const producer = kafka.producer();
    await producer.connect();
    const timestamp = String(Date.now() - 20 * 60_000);
    const messages = [0, 0, 1].map((partition) => ({ partition, value: 'an event', timestamp }));
    await producer.send({ topic, messages });
    await producer.disconnect();
    // Counted: a producer that heard nothing in time sends again
    const ends = await kafkaAdmin.fetchTopicOffsets(topic);
    const sent = ends.reduce((sum, { high }) => sum + Number(high), 0);
    expect(sent).toBeGreaterThanOrEqual(messages.length);
    await kafkaAdmin.disconnect();

    const places = { s3: store.settings, sqsEndpoint: store.sqsEndpoint, databaseUrl: database.url };
    const lag = (group: string, lag_events: number | null, lag_seconds: number | null) =>
      expect.objectContaining({ group, lag_events, lag_seconds });
    const groupsOf = async ({ url }: TestApi) => {
      const asked = new Client(url, await tokenFor('root', { roles: ['admin'] }));
      return (await asked.call<OperationsBody>('GET', '/admin/overview')).body.groups;
    };
    const env = { EVENT_BUS: 'kafka', KAFKA_TOPIC: topic };
    const near = await startTestApi(places, { ...env, KAFKA_BROKERS: brokers.join(',') });
    const isTold = async () => {
      const groups = await groupsOf(near);
      return groups.some(({ group, lag_events }) => group === 'variant-worker' && lag_events !== null)
        ? groups
        : undefined;
    };
    // A first connection on a busy machine may take longer than people wait
    expect(await waitFor(isTold, { what: 'the lag', timeoutMs: 60_000 })).toEqual(
      expect.arrayContaining([lag('metadata-worker', sent, 900), lag('variant-worker', sent, 900)]),
    );
    await near.close();
    const far = await startTestApi(places, { ...env, KAFKA_BROKERS: '127.0.0.1:1' });
    expect(await groupsOf(far)).toEqual(
      expect.arrayContaining([lag('metadata-worker', null, null), lag('variant-worker', null, null)]),
    );
    await far.close();
  });
});
