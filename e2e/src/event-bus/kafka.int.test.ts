import { ensureTopic, KafkaEventProducer } from '@darkroom/adapter-kafka';
import { migrate } from '@darkroom/adapter-postgres';
import { partitionOf, recordOfEvent } from '@darkroom/contracts';
import { hasKafka, testDatabase, testKafka } from '@darkroom/testing';
import { describeBusContract } from './contract.ts';
import { uploaded } from './events.ts';
import type { BusUnderTest } from './test-bed.ts';

async function openKafka(): Promise<BusUnderTest> {
  const [kafka, database] = await Promise.all([testKafka(), testDatabase({ migrate })]);
  const settings = { brokers: kafka.brokers, clientId: 'publish', topic: kafka.randomTopic() };
  await ensureTopic(settings);
  const producer = new KafkaEventProducer(settings);
  return {
    config: { kind: 'kafka', databaseUrl: database.url, ...settings, leaseMs: 2_000 },
    publish: async (events) => {
      const byPartition = Map.groupBy(events, ({ imageId }) => partitionOf(imageId));
      await Promise.all(
        [...byPartition].map(([partition, some]) => producer.send(partition, some.map(recordOfEvent))),
      );
    },
    publishPoison: async (imageId) => {
      const record = { ...recordOfEvent(uploaded(imageId)), value: new TextEncoder().encode('{"half": ') };
      await producer.send(partitionOf(imageId), [record]);
      return record;
    },
    close: async () => {
      await producer.close();
      await database.close();
    },
  };
}

if (hasKafka) describeBusContract('Kafka', openKafka);
else describe.skip('Kafka keeps the contract of the event bus', () => it.todo('needs Kafka'));
