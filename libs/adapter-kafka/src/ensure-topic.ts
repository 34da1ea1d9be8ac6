import { partitionCount } from '@darkroom/contracts';
import { AppError } from '@darkroom/kernel';
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
        await admin.createTopics({ waitForLeaders: true, topics: [wanted] });
      }
      const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
      return topics[0]?.partitions.length ?? 0;
    } finally {
      await admin.disconnect();
    }
  });
  if (found !== partitionCount)
    throw new AppError('conflict', `topic ${topic} has ${found} partitions; it must have ${partitionCount}`);
}
