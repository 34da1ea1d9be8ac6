import { setTimeout as delay } from 'node:timers/promises';
import { partitionCount } from '@darkroom/contracts';
import { AppError } from '@darkroom/kernel';
import kafkajs, { type Admin } from 'kafkajs';
import { kafkaClient, type KafkaSettings } from './kafka-client.ts';
import { translated } from './translate-error.ts';

/**
 * Makes the topic where it is missing. Throws `conflict` where it is there with another number of partitions: events
 * of one image would then not keep to the log's partitions. Throws `unavailable` where no broker answers.
 */
export async function ensureTopic(settings: KafkaSettings): Promise<void> {
  const { topic, replicationFactor } = settings;
  const admin = kafkaClient(settings).admin();
  const found = await translated(async () => {
    try {
      await admin.connect();
      // Looked for first: who may not create topics can still use one that is there.
      if (!(await admin.listTopics()).includes(topic)) {
        const copies = replicationFactor === undefined ? {} : { replicationFactor };
        const wanted = { topic, numPartitions: partitionCount, ...copies };
        // Its leaders are waited for below: kafkajs gives up where a broker does not know the topic yet.
        await admin.createTopics({ waitForLeaders: false, topics: [wanted] });
      }
      return await partitionsWithLeaders(admin, topic);
    } finally {
      await admin.disconnect();
    }
  });
  if (found !== partitionCount)
    throw new AppError('conflict', `topic ${topic} has ${found} partitions; it must have ${partitionCount}`);
}

// Node's lexer finds no name for this in kafkajs's CommonJS entry
const { KafkaJSProtocolError } = kafkajs;
const patienceMs = 15_000;

/** The number of the topic's partitions, once each has a leader: a new topic takes the brokers a moment. */
async function partitionsWithLeaders(admin: Admin, topic: string): Promise<number> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    try {
      const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
      const partitions = topics[0]?.partitions ?? [];
      if (partitions.length > 0 && partitions.every(({ leader }) => leader >= 0)) return partitions.length;
    } catch (error) {
      const early = error instanceof KafkaJSProtocolError && error.retriable;
      if (!early || Date.now() > deadline) throw error;
    }
    if (Date.now() > deadline)
      throw new AppError('unavailable', `topic ${topic} has partitions without a leader`);
    await delay(100);
  }
}
