import kafkajs, { type ConfigSource } from 'kafkajs';
import { kafkaClient, type KafkaSettings } from './kafka-client.ts';
import { translated } from './translate-error.ts';

export interface TopicFacts {
  readonly partitions: number;
  /** How long events are kept, in milliseconds; -1: for ever. */
  readonly retentionMs: number;
}

/** Answers undefined where there is no such topic. Throws `unavailable` where no broker answers. */
export async function describeTopic(settings: KafkaSettings): Promise<TopicFacts | undefined> {
  const { topic } = settings;
  const admin = kafkaClient(settings).admin();
  return translated(async () => {
    try {
      await admin.connect();
      if (!(await admin.listTopics()).includes(topic)) return undefined;
      const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
      const { resources } = await admin.describeConfigs({
        includeSynonyms: false,
        resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic, configNames: ['retention.ms'] }],
      });
      const retention = resources[0]?.configEntries.find(({ configName }) => configName === 'retention.ms');
      return {
        partitions: topics[0]?.partitions.length ?? 0,
        retentionMs: Number(retention?.configValue ?? -1),
      };
    } finally {
      await admin.disconnect();
    }
  });
}

/** How long the events of the topic are kept, from now on. Throws `unavailable` where no broker answers. */
export async function keepTopicFor(settings: KafkaSettings, retentionMs: number): Promise<void> {
  const admin = kafkaClient(settings).admin();
  const topic = { type: kafkajs.ConfigResourceTypes.TOPIC, name: settings.topic };
  await translated(async () => {
    try {
      await admin.connect();
      const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: [topic] });
      // This call replaces all that is set on the topic: what others have set must go with it
      const others = (resources[0]?.configEntries ?? [])
        .filter(
          ({ configSource, configName }) => configSource === topicConfig && configName !== 'retention.ms',
        )
        .map(({ configName: name, configValue: value }) => ({ name, value }));
      const configEntries = [...others, { name: 'retention.ms', value: String(retentionMs) }];
      await admin.alterConfigs({ validateOnly: false, resources: [{ ...topic, configEntries }] });
    } finally {
      await admin.disconnect();
    }
  });
}

/** Kafka's protocol: where the value of a setting comes from. */
const topicConfig: ConfigSource = kafkajs.ConfigSource.TOPIC_CONFIG;
