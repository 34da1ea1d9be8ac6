import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { migrate } from '@darkroom/adapter-postgres';
import { acceptUpload, type AcceptUpload, type Image } from '@darkroom/domain';
import { AppError } from '@darkroom/kernel';
import { createLogger } from '@darkroom/runtime';
import { testDatabase, testS3, waitFor, type TestDatabase, type TestS3 } from '@darkroom/testing';
import { fixture, openAcceptanceKit, type AcceptanceKit } from './acceptance.fixture.ts';
import { startRelay, type Relay, type RelayDependencies } from './relay.ts';

let store: TestS3;
let database: TestDatabase;
let kit: AcceptanceKit;
let sqs: SQSClient;
const running: Relay[] = [];

beforeAll(async () => {
  [store, database] = await Promise.all([testS3(), testDatabase({ migrate })]);
  kit = await openAcceptanceKit({
    s3: store.settings,
    sqsEndpoint: store.sqsEndpoint,
    databaseUrl: database.url,
  });
  const { region, credentials } = store.settings;
  sqs = new SQSClient({ region, credentials, endpoint: store.sqsEndpoint, useQueueUrlAsEndpoint: false });
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((relay) => relay.stop()));
});
afterAll(async () => {
  sqs.destroy();
  await kit.close();
  await Promise.all([store.close(), database.close()]);
});

const photo = fixture('tiny.png');

function relay(changes: Partial<RelayDependencies> = {}): Relay {
  const started = startRelay({
    queue: kit.queue,
    accept: kit.accept(),
    bucket: store.settings.bucket,
    probe: async () => {
      await kit.s3.check();
      await kit.postgres.db.ping();
    },
    logger: createLogger({ name: 'relay', level: 'silent' }),
    onFatal: (error) => {
      throw error;
    },
    ...changes,
    options: { outageBaseMs: 20, outageCapMs: 100, ...changes.options },
  });
  running.push(started);
  return started;
}

async function upload(): Promise<Image> {
  const image = await kit.newImage(photo, 'image/png');
  expect(await kit.post(await kit.presign(image), photo)).toBe(204);
  return image;
}

const completed = (images: readonly Image[]) =>
  waitFor(
    async () => {
      const rows = await Promise.all(images.map((image) => kit.row(image)));
      return rows.every(({ status }) => status === 'completed');
    },
    { timeoutMs: 20_000, what: 'all images to be completed' },
  );
const queueEmpty = () =>
  waitFor(
    async () => {
      const { waiting, inFlight } = await kit.queue.depth();
      return waiting + inFlight === 0;
    },
    { timeoutMs: 20_000, what: 'the queue to be empty' },
  );

const send = (MessageBody: string) =>
  sqs.send(new SendMessageCommand({ QueueUrl: kit.queues.queueUrl, MessageBody }));

async function deadLetters(): Promise<string[]> {
  const bodies: string[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: kit.queues.deadLetterQueueUrl, MaxNumberOfMessages: 10 }),
    );
    if (Messages.length === 0) return bodies;
    bodies.push(...Messages.map(({ Body = '' }) => Body));
  }
}

it('accepts what browsers post, drops the test event, and leaves the queue and incoming/ empty', async () => {
  const { stats } = relay();
  const images = await Promise.all(Array.from({ length: 25 }, upload));
  await completed(images);
  await queueEmpty();
  expect(stats.testEvents).toBeGreaterThanOrEqual(1);
  expect(stats.outcomes).toMatchObject({ accepted: 25, rejected: 0 });
  expect(stats.failures).toBe(0);
  expect(await kit.s3.maintenance.list('incoming/', undefined, 10)).toEqual([]);
});

it('buries what is no notification, byte for byte, and goes on', async () => {
  const { stats } = relay();
  const poison = ['hello', '{"Records": [', '{"a": 1}', 'null', '{"Records": []}'];
  await Promise.all(poison.map(send));
  await completed([await upload()]);
  await queueEmpty();
  expect(stats.buried).toBe(poison.length);
  expect((await deadLetters()).toSorted()).toEqual(poison.toSorted());
});

it('drops what is foreign, unknown or long settled', async () => {
  const image = await kit.arrived(photo, 'image/png');
  const { stats } = relay();
  await completed([image]);
  const notify = (bucket: string, key: string) =>
    send(
      JSON.stringify({
        Records: [
          {
            eventVersion: '2.1',
            eventSource: 'aws:s3',
            eventName: 'ObjectCreated:Put',
            s3: { bucket: { name: bucket }, object: { key } },
          },
        ],
      }),
    );
  const { bucket } = store.settings;
  await notify('another-bucket', image.incomingKey);
  await notify(bucket, 'originals/x.png');
  await notify(bucket, 'incoming/1/u-x/2026/01/01/nobody.png');
  await notify(bucket, image.incomingKey);
  await notify(bucket, image.incomingKey);
  await waitFor(async () => stats.received >= 6, { timeoutMs: 10_000, what: 'all to be received' });
  await queueEmpty();
  expect(stats).toMatchObject({ foreign: 2, outcomes: { accepted: 1, settled: 2, unknown: 1 } });
  expect(await kit.events(image)).toEqual(['ImageUploaded']);
});

it('two relays accept each upload once', async () => {
  const relays = [relay({ options: { pollers: 3 } }), relay({ options: { pollers: 3 } })];
  const images = await Promise.all(Array.from({ length: 30 }, upload));
  await Promise.all(images.map((image) => kit.put(image, photo))); // notified twice
  await completed(images);
  await queueEmpty();
  expect(relays.reduce((sum, { stats }) => sum + stats.outcomes.accepted, 0)).toBe(30);
  for (const image of images) {
    expect(await kit.events(image)).toEqual(['ImageUploaded']);
    expect(await kit.objects(image)).toEqual([(await kit.row(image)).originalKey]);
  }
});

it('waits out an outage with the messages in hand: none is received twice', async () => {
  let away = true;
  let tries = 0;
  const accept: AcceptUpload = async (...args) => {
    if (!away) return kit.accept()(...args);
    tries += 1;
    throw new AppError('unavailable', 'the database is away');
  };
  const probe = () => (away ? Promise.reject(new Error('still away')) : Promise.resolve());
  let extensions = 0;
  const received: number[] = [];
  const queue = Object.assign(Object.create(kit.queue) as typeof kit.queue, {
    receive: async (...args: Parameters<typeof kit.queue.receive>) => {
      const messages = await kit.queue.receive(...args);
      received.push(...messages.map(({ receiveCount }) => receiveCount));
      return messages;
    },
    extend: async (...args: Parameters<typeof kit.queue.extend>) => {
      await kit.queue.extend(...args);
      extensions += 1;
    },
    remove: kit.queue.remove.bind(kit.queue),
    bury: kit.queue.bury.bind(kit.queue),
  });
  const images = await Promise.all(Array.from({ length: 5 }, upload));
  const { stats } = relay({ accept, probe, queue, options: { pollers: 1, visibilitySeconds: 1 } });
  await waitFor(async () => tries >= 5, { timeoutMs: 10_000, what: 'the outage to be noticed' });
  // Held for several times the visibility timeout of a second
  await waitFor(async () => extensions >= 5, { timeoutMs: 10_000, what: 'the messages to be held' });
  const triesInOutage = tries;
  away = false;
  await completed(images);
  await queueEmpty();
  expect(triesInOutage).toBe(5);
  expect(received.filter((count) => count > 1)).toEqual([]);
  expect(stats.failures).toBe(0);
});

it('waits for an inspector that is away for days, without holding up others or losing a message', async () => {
  let away = true;
  const images = await Promise.all(Array.from({ length: 4 }, upload));
  const [waiting, ...others] = images;
  const accept: AcceptUpload = async (reference, options) => {
    const concerned = 'key' in reference && reference.key === waiting?.incomingKey;
    if (away && concerned)
      throw new AppError('unavailable', 'no answer', { reason: 'inspector_unavailable' });
    return kit.accept()(reference, options);
  };
  const probe = () => Promise.reject(new Error('nobody may ask: what others need is there'));
  const hidden: number[] = [];
  const queue = Object.assign(Object.create(kit.queue) as typeof kit.queue, {
    receive: kit.queue.receive.bind(kit.queue),
    remove: kit.queue.remove.bind(kit.queue),
    bury: kit.queue.bury.bind(kit.queue),
    // As if the time had passed already
    extend: async (...[messages, seconds]: Parameters<typeof kit.queue.extend>) => {
      if (seconds >= 30) hidden.push(seconds);
      await kit.queue.extend(messages, seconds >= 30 ? 0 : seconds);
    },
  });
  const { stats } = relay({ accept, probe, queue });
  await completed(others);
  await waitFor(async () => hidden.length >= 18, { timeoutMs: 20_000, what: 'the message to come 18 times' });
  away = false;
  await completed(images);
  await queueEmpty();
  expect(hidden.slice(0, 4)).toEqual([30, 60, 120, 240]);
  expect(hidden.reduce((sum, seconds) => sum + seconds)).toBeGreaterThan(2 * 24 * 3_600);
  expect(stats).toMatchObject({ failures: 0, hidden: hidden.length });
  expect((await deadLetters()).filter((body) => body.includes(images[0]?.id ?? ''))).toEqual([]);
});

it('puts off what the store refuses while it answers everything else', async () => {
  let refused = true;
  const image = await upload();
  const accept: AcceptUpload = async (...args) => {
    if (refused) throw new AppError('unavailable', 'PutObject is denied', { reason: 'storage_refused' });
    return kit.accept()(...args);
  };
  const hidden: number[] = [];
  const queue = Object.assign(Object.create(kit.queue) as typeof kit.queue, {
    receive: kit.queue.receive.bind(kit.queue),
    remove: kit.queue.remove.bind(kit.queue),
    extend: async (...[messages, seconds]: Parameters<typeof kit.queue.extend>) => {
      if (seconds >= 30) hidden.push(seconds);
      await kit.queue.extend(messages, seconds >= 30 ? 0 : seconds);
    },
  });
  const { stats } = relay({ accept, queue, options: { pollers: 1 } });
  await waitFor(async () => hidden.length >= 3, { timeoutMs: 20_000, what: 'the message to be put off' });
  refused = false;
  await completed([image]);
  await queueEmpty();
  expect(hidden.slice(0, 3)).toEqual([30, 60, 120]);
  expect(stats.failures).toBe(0);
});

it('goes on after the store and the queue were away themselves', async () => {
  const images = await Promise.all(Array.from({ length: 3 }, upload));
  await store.goDown();
  const { stats } = relay();
  await waitFor(async () => stats.outages > 0, { timeoutMs: 10_000, what: 'the outage to be noticed' });
  await store.goUp();
  await completed(images);
  await queueEmpty();
});

it('removes the good of a batch where others fail, and tries those again', async () => {
  const images = await Promise.all(Array.from({ length: 6 }, upload));
  const failing = new Set(images.slice(0, 2).map(({ incomingKey }) => incomingKey));
  const accept: AcceptUpload = async (reference, options) => {
    if ('key' in reference && failing.delete(reference.key)) throw new TypeError('a bug');
    return kit.accept()(reference, options);
  };
  const { stats } = relay({ accept, options: { visibilitySeconds: 1 } });
  await completed(images);
  await queueEmpty();
  expect(stats.failures).toBe(2);
  expect(stats.received).toBe(8);
});

it('stops after what it has in hand', async () => {
  const started = Promise.withResolvers<undefined>();
  const goOn = Promise.withResolvers<undefined>();
  const accept: AcceptUpload = async (reference, options) => {
    started.resolve(undefined);
    await goOn.promise;
    return acceptUpload(kit.deps)(reference, options);
  };
  const image = await upload();
  const { stop } = relay({ accept });
  await started.promise;
  const stopped = stop();
  goOn.resolve(undefined);
  await stopped;
  expect((await kit.row(image)).status).toBe('completed');
  expect(await kit.queue.depth()).toEqual({ waiting: 0, inFlight: 0 });
});
