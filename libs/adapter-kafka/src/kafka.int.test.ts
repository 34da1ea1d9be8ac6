import { partitionCount, type BusListener, type BusRecord, type EventRecord } from '@darkroom/contracts';
import { freePort } from '@darkroom/local-stack';
import { describeKafka, testKafka, waitFor } from '@darkroom/testing';
import { Kafka, logLevel } from 'kafkajs';
import { ensureTopic } from './ensure-topic.ts';
import type { KafkaSettings } from './kafka-client.ts';
import { KafkaEventBus } from './kafka-event-bus.ts';
import { KafkaEventProducer } from './kafka-event-producer.ts';

const recordOf = (n: number): EventRecord => ({
  key: `key-${n}`,
  headers: { ce_id: String(n), odd: 'Größe' },
  value: Uint8Array.of(n, 0, 255),
});

class Listener implements BusListener {
  readonly records: BusRecord[] = [];
  readonly revoked: number[] = [];
  readonly fatal: Error[] = [];

  onRecords(records: readonly BusRecord[]): void {
    this.records.push(...records);
  }
  onRevoked(partitions: readonly number[]): void {
    this.revoked.push(...partitions);
  }
  onFatal(error: Error): void {
    this.fatal.push(error);
  }
}

describeKafka('Kafka', () => {
  let settings: KafkaSettings;
  let newGroup: () => string;
  const open: { close(): Promise<void> }[] = [];

  beforeEach(async () => {
    const kafka = await testKafka();
    settings = { brokers: kafka.brokers, clientId: 'kafka-test', topic: kafka.randomTopic() };
    newGroup = () => kafka.randomGroup();
  });
  afterEach(async () => {
    for (const each of open.splice(0).reverse()) await each.close();
  });

  const opened = <T extends { close(): Promise<void> }>(each: T): T => {
    open.push(each);
    return each;
  };

  it('makes the topic with twelve partitions, once', async () => {
    await Promise.all([ensureTopic(settings), ensureTopic(settings)]);
    await ensureTopic(settings);
    const admin = new Kafka({ brokers: [...settings.brokers], logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    const { topics } = await admin.fetchTopicMetadata({ topics: [settings.topic] });
    await admin.disconnect();
    expect(topics[0]?.partitions).toHaveLength(partitionCount);
  });

  it('refuses a topic with another number of partitions', async () => {
    const admin = new Kafka({ brokers: [...settings.brokers], logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    await admin.createTopics({
      topics: [{ topic: settings.topic, numPartitions: 3 }],
      waitForLeaders: false,
    });
    await admin.disconnect();
    await expect(ensureTopic(settings)).rejects.toMatchObject({ code: 'conflict' });
    await expect(new KafkaEventBus(settings).subscribe(newGroup(), new Listener())).rejects.toMatchObject({
      code: 'conflict',
    });
  });

  it('brings records as they were sent, in the order of their partition', async () => {
    const listener = new Listener();
    await opened(new KafkaEventBus(settings)).subscribe(newGroup(), listener);
    const producer = opened(new KafkaEventProducer(settings));
    const records = Array.from({ length: 50 }, (_, n) => recordOf(n));
    await producer.send(7, records.slice(0, 20));
    await producer.send(7, records.slice(20));
    await waitFor(() => listener.records.length === 50, { what: 'all records', timeoutMs: 20_000 });
    expect(listener.records).toEqual(
      records.map((record, n) => ({ ...record, partition: 7, offset: BigInt(n) })),
    );
  });

  it('brings nothing of a paused partition until it is resumed', async () => {
    const listener = new Listener();
    const bus = opened(new KafkaEventBus(settings));
    const producer = opened(new KafkaEventProducer(settings));
    await ensureTopic(settings);
    await producer.send(1, [recordOf(1)]);
    const subscription = await bus.subscribe(newGroup(), listener);
    await waitFor(() => listener.records.length === 1, { what: 'the first', timeoutMs: 20_000 });
    subscription.pause(1);
    await producer.send(1, [recordOf(2)]);
    await producer.send(2, [recordOf(3)]);
    await waitFor(() => listener.records.length === 2, { what: 'the other partition' });
    expect(listener.records[1]?.partition).toBe(2);
    subscription.resume(1);
    await waitFor(() => listener.records.length === 3, { what: 'the paused one' });
  });

  it('goes on from what was committed, and commits nothing of partitions that it does not hold', async () => {
    const group = newGroup();
    const producer = opened(new KafkaEventProducer(settings));
    const first = new Listener();
    const subscription = await opened(new KafkaEventBus(settings)).subscribe(group, first);
    await subscription.commit(4, 9n); // not joined yet: refused silently
    await producer.send(4, [0, 1, 2, 3].map(recordOf));
    await waitFor(() => first.records.length === 4, { what: 'all records', timeoutMs: 20_000 });
    await subscription.commit(4, 3n);
    await subscription.close();
    const second = new Listener();
    await opened(new KafkaEventBus(settings)).subscribe(group, second);
    await waitFor(() => second.records.length === 1, { what: 'what was not committed', timeoutMs: 20_000 });
    expect(second.records[0]?.offset).toBe(3n);
  });

  it('tells a member of the partitions that left it, and of no others', async () => {
    const group = newGroup();
    const [a, b] = [new Listener(), new Listener()];
    const producer = opened(new KafkaEventProducer(settings));
    await opened(new KafkaEventBus(settings)).subscribe(group, a);
    await producer.send(0, [recordOf(0)]);
    await waitFor(() => a.records.length === 1, { what: 'the first member', timeoutMs: 20_000 });
    await opened(new KafkaEventBus(settings)).subscribe(group, b);
    await waitFor(() => a.revoked.length === 6, {
      what: 'half of the partitions to leave',
      timeoutMs: 20_000,
    });
    expect(new Set(a.revoked).size).toBe(6);
    expect(b.revoked).toEqual([]);
  });
});

describe('a broker that is not there', () => {
  it('is `unavailable` for all who want something of it', async () => {
    const settings = { brokers: [`127.0.0.1:${await freePort()}`], clientId: 'nobody', topic: 't' };
    const producer = new KafkaEventProducer(settings);
    const outcomes = await Promise.allSettled([
      ensureTopic(settings),
      producer.send(0, [recordOf(1)]),
      new KafkaEventBus(settings).subscribe('g', new Listener()),
    ]);
    for (const outcome of outcomes)
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'unavailable' } });
    await producer.close();
  }, 120_000);
});
