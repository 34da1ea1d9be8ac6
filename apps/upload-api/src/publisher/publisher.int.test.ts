import { ensureTopic, KafkaEventBus, KafkaEventProducer } from '@darkroom/adapter-kafka';
import {
  appendEvents,
  connect,
  EventNotifier,
  groupLags,
  migrate,
  PostgresEventBus,
  type Database,
} from '@darkroom/adapter-postgres';
import { AppError, newId } from '@darkroom/kernel';
import { parseEvent, type BusRecord, type DarkroomEvent, type EventRecord } from '@darkroom/contracts';
import { createLogger } from '@darkroom/runtime';
import { describeKafka, testDatabase, testKafka, waitFor, type TestDatabase } from '@darkroom/testing';
import { publisherGroup, startPublisher, type RunningPublisher } from './publisher.ts';

const logger = createLogger({ name: 'publisher-test', level: 'silent' });
const backoff = { baseMs: 10, capMs: 50 };

function updated(imageId: string, imageSeq: number): DarkroomEvent {
  return {
    id: newId(),
    type: 'ImageUpdated',
    time: new Date(),
    imageId,
    imageSeq,
    traceparent: null,
    data: { image_id: imageId, owner_id: 'alice', category_id: 1, fields: ['title'] },
  };
}

describe('publisher', () => {
  let database: TestDatabase;
  let db: Database;
  let notifier: EventNotifier;
  let log: PostgresEventBus;
  let publisher: RunningPublisher | undefined;

  beforeEach(async () => {
    database = await testDatabase({ migrate });
    db = connect({ url: database.url, poolSize: 6, applicationName: 'publisher-test' });
    notifier = new EventNotifier(db);
    log = new PostgresEventBus({ db, directUrl: database.url, leaseMs: 1_000 });
  });
  afterEach(async () => {
    await publisher?.stop();
    publisher = undefined;
    await notifier.close();
    await log.close();
    await db.close();
    await database.close();
  });

  async function append(images: readonly string[], count: number): Promise<DarkroomEvent[]> {
    const events = Array.from({ length: count }, (_, n) => images.map((id) => updated(id, n + 1))).flat();
    for (let at = 0; at < events.length; at += 50)
      await db.transaction((trx) => appendEvents(trx, events.slice(at, at + 50)));
    notifier.appended();
    return events;
  }

  const images = Array.from({ length: 20 }, newId);
  const lag = async () =>
    (await groupLags(db)).find(({ group }) => group === publisherGroup)?.events ?? Number.NaN;
  const seqsOf = (records: readonly EventRecord[], image: string) =>
    records.filter(({ key }) => key === image).map(({ headers }) => Number(headers.ce_sequence));

  it('sends one batch at a time per partition, the same again after a failure, and commits what was acknowledged', async () => {
    const sent: EventRecord[] = [];
    const inFlight = new Map<number, number>();
    let overlaps = 0;
    let calls = 0;
    publisher = await startPublisher({
      log,
      logger,
      backoff,
      producer: {
        send: async (partition, records) => {
          overlaps += inFlight.get(partition) ?? 0;
          inFlight.set(partition, 1);
          await new Promise((resolve) => setImmediate(resolve));
          inFlight.set(partition, 0);
          if ((calls += 1) % 3 === 1) throw new AppError('unavailable', 'no acknowledgement');
          sent.push(...records);
        },
      },
    });
    const events = await append(images, 30);
    await waitFor(() => sent.length >= events.length, { what: 'everything to be sent' });
    await waitFor(async () => (await lag()) === 0, { what: 'everything to be committed' });
    expect(overlaps).toBe(0);
    expect(publisher.stats().failures).toBeGreaterThan(0);
    expect(sent).toHaveLength(events.length);
    for (const image of images)
      expect(seqsOf(sent, image)).toEqual(Array.from({ length: 30 }, (_, n) => n + 1));
  });

  it('commits nothing that was not acknowledged, and the next one sends it', async () => {
    const down = startPublisher({
      log,
      logger,
      backoff,
      producer: { send: () => Promise.reject(new AppError('unavailable', 'down')) },
    });
    publisher = await down;
    await append(images, 2);
    await waitFor(() => publisher!.stats().failures > 12, { what: 'failures' });
    await publisher.stop();
    expect(await lag()).toBe(40);
    const sent: EventRecord[] = [];
    publisher = await startPublisher({
      log,
      logger,
      producer: { send: async (_partition, records) => void sent.push(...records) },
    });
    await waitFor(() => sent.length === 40, { what: 'the next publisher' });
  });

  describeKafka('to Kafka', () => {
    it('writes events as they stand in the log, each into the partition that it has there', async () => {
      const kafka = await testKafka();
      const settings = { brokers: kafka.brokers, clientId: 'publisher-test', topic: kafka.randomTopic() };
      await ensureTopic(settings);
      const producer = new KafkaEventProducer(settings);
      const bus = new KafkaEventBus(settings);
      const read: BusRecord[] = [];
      publisher = await startPublisher({ log, producer, logger });
      await bus.subscribe(kafka.randomGroup(), {
        onRecords: (records) => void read.push(...records),
        onRevoked: () => undefined,
        onFatal: (error) => {
          throw error;
        },
      });
      const events = await append(images, 10);
      await waitFor(() => read.length >= events.length, { what: 'all events in Kafka', timeoutMs: 30_000 });
      const found = new Map(read.map((record) => [record.headers.ce_id, parseEvent(record)]));
      for (const event of events) expect(found.get(event.id)).toEqual(event);
      for (const image of images) expect(seqsOf(read, image)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
      await bus.close();
      await publisher.stop();
      await producer.close();
    });
  });
});
