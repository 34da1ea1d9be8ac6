import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ensureTopic, KafkaEventProducer } from '@darkroom/adapter-kafka';
import {
  appendEvents,
  connect,
  EventNotifier,
  migrate,
  PostgresDeadLetters,
  type Database,
} from '@darkroom/adapter-postgres';
import { partitionOf, recordOfEvent, type DarkroomEvent } from '@darkroom/contracts';
import { freePort, startKafka, startPostgres, type RunningPostgres } from '@darkroom/local-stack';
import { createLogger, done, retry, startConsumer, type RunningConsumer } from '@darkroom/runtime';
import { hasKafka, testDatabase, waitFor } from '@darkroom/testing';
import { newImages, uploaded } from './events.ts';
import { openBus, type BusConfig, type OpenBus } from './open-bus.ts';

const logger = createLogger({ name: 'restarts', level: 'silent' });
const images = newImages(20);
const eventsOf = (round: number): DarkroomEvent[] => images.map((image) => uploaded(image, round));

/** Calls again until it works, as whoever appends or produces does. */
async function untilItWorks(work: () => Promise<unknown>): Promise<void> {
  await waitFor(
    () =>
      work().then(
        () => true,
        () => false,
      ),
    { what: 'the server to answer', timeoutMs: 60_000, intervalMs: 100 },
  );
}

describe('with Postgres killed and started again', () => {
  let folder: string;
  let server: RunningPostgres;
  let db: Database;
  let opened: OpenBus;
  let consumer: RunningConsumer;
  let options: { dataDir: string; port: number };

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'darkroom-restart-'));
    options = { dataDir: path.join(folder, 'data'), port: await freePort() };
    server = await startPostgres(options);
    await migrate(server.url);
    db = connect({ url: server.url, poolSize: 4, applicationName: 'restart-test' });
  }, 120_000);
  afterAll(async () => {
    await consumer.stop();
    await opened.close();
    await db.close();
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('loses no event and no delivery, and goes on by itself', async () => {
    opened = openBus({
      kind: 'postgres',
      databaseUrl: server.url,
      brokers: [],
      topic: '',
      leaseMs: 2_000,
    });
    const notifier = new EventNotifier(db);
    const seen = new Map<string, number>();
    let fatal = false;
    consumer = await startConsumer({
      bus: opened.bus,
      deliveries: opened.deliveries,
      group: 'restart',
      types: ['ImageUploaded'],
      concurrency: 4,
      logger,
      backoff: { baseMs: 10, capMs: 20 },
      outageBackoff: { baseMs: 50, capMs: 200 },
      pollMs: 50,
      // Every event fails at first, so that each has to be kept in the very database that goes away.
      handler: async ({ id }) => {
        const times = (seen.get(id) ?? 0) + 1;
        seen.set(id, times);
        return times === 1 ? retry('first time') : done();
      },
    });
    void consumer.fatal.then(() => (fatal = true));
    const published: DarkroomEvent[] = [];
    const publish = async (round: number): Promise<void> => {
      const events = eventsOf(round);
      await untilItWorks(() => db.transaction((trx) => appendEvents(trx, events)));
      published.push(...events);
      notifier.appended();
    };
    await publish(1);
    await publish(2);
    await waitFor(() => seen.size > 5, { what: 'work to begin' });
    const { exited } = server;
    process.kill(server.pid, 'SIGKILL');
    await exited;
    const restarted = startPostgres(options);
    const publishing = publish(3);
    server = await restarted;
    await publishing;
    await publish(4);
    await waitFor(() => published.every(({ id }) => (seen.get(id) ?? 0) >= 2), {
      what: 'every event to be handled again',
      timeoutMs: 40_000,
    });
    await waitFor(() => !consumer.stats().outage && consumer.stats().running === 0, { what: 'rest' });
    expect(fatal).toBe(false);
    expect(await new PostgresDeadLetters(db).list({}, undefined, 10)).toEqual([]);
    await notifier.close();
  }, 120_000);
});

const describeBroker = hasKafka && (process.env['KAFKA_BROKERS'] ?? '') === '' ? describe : describe.skip;
describeBroker('with the Kafka broker killed and started again', () => {
  it('loses nothing that was acknowledged, keeps the order, and goes on by itself', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'darkroom-broker-'));
    const broker = await startKafka({ dataDir: folder });
    if (broker.kind === 'none' || broker.restart === undefined) throw new Error('no broker to restart');
    const database = await testDatabase({ migrate });
    const settings = { brokers: broker.brokers, clientId: 'restart', topic: 'restart' };
    await untilItWorks(() => ensureTopic(settings));
    const producer = new KafkaEventProducer(settings);
    const config: BusConfig = { kind: 'kafka', databaseUrl: database.url, ...settings, leaseMs: 3_000 };
    const opened = openBus(config);
    const seen: { imageId: string; imageSeq: number }[] = [];
    let fatal = false;
    const consumer = await startConsumer({
      bus: opened.bus,
      deliveries: opened.deliveries,
      group: 'restart',
      types: ['ImageUploaded'],
      concurrency: 4,
      logger,
      handler: async ({ imageId, imageSeq }) => {
        seen.push({ imageId, imageSeq });
        return done();
      },
    });
    void consumer.fatal.then(() => (fatal = true));
    const publish = async (round: number): Promise<void> => {
      const byPartition = Map.groupBy(eventsOf(round), ({ imageId }) => partitionOf(imageId));
      for (const [partition, events] of byPartition)
        await untilItWorks(() => producer.send(partition, events.map(recordOfEvent)));
    };
    const firstSeen = (image: string): number[] => [
      ...new Set(seen.filter(({ imageId }) => imageId === image).map(({ imageSeq }) => imageSeq)),
    ];
    const allSeen = (rounds: number) => () => images.every((image) => firstSeen(image).length === rounds);
    await publish(1);
    await waitFor(allSeen(1), { what: 'the first round', timeoutMs: 30_000 });
    await publish(2);
    const restarted = broker.restart();
    await publish(3);
    await restarted;
    await publish(4);
    await waitFor(allSeen(4), { what: 'all rounds', timeoutMs: 60_000 });
    for (const image of images) expect(firstSeen(image)).toEqual([1, 2, 3, 4]);
    expect(fatal).toBe(false);
    await consumer.stop();
    await opened.close();
    await producer.close();
    await database.close();
    await broker.close();
    await rm(folder, { recursive: true, force: true });
  }, 180_000);
});
