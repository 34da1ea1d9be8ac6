import { describeTopic, KafkaMonitor, type KafkaSettings } from '@darkroom/adapter-kafka';
import { consumerGroups, partitionCount } from '@darkroom/contracts';
import type { DoctorCheck } from './examine.ts';
import { lagProblem } from './lag-problem.ts';

/** A worker that was down for a day must still find what it has not read. */
const leastRetentionHours = 24;
const setRetentionHours = 168;

const kafkaAway = {
  look: 'kcat -b "$KAFKA_BROKERS" -L',
  decide: 'whether KAFKA_BROKERS and the credentials are right, and where Kafka is',
} as const;

/** The topic and who reads it, where events go by Kafka. */
export function topicChecks(settings: KafkaSettings, onKubernetes: boolean): DoctorCheck[] {
  return [
    {
      name: 'topic',
      run: async () => {
        const found = await describeTopic(settings);
        if (found === undefined)
          return { what: `there is no topic ${settings.topic}`, fix: 'darkroom topic' };
        if (found.partitions === partitionCount) return undefined;
        return {
          what: `the topic ${settings.topic} has ${found.partitions} partitions; it must have ${partitionCount}`,
          fix: `export KAFKA_TOPIC=${settings.topic}-${partitionCount} && darkroom topic`,
        };
      },
      otherwise: kafkaAway,
    },
    {
      name: 'topic retention',
      needs: ['topic'],
      run: async () => {
        const found = await describeTopic(settings);
        const hours = (found?.retentionMs ?? -1) / 3_600_000;
        if (hours < 0 || hours >= leastRetentionHours) return undefined;
        const shown = hours < 1 ? 'less than an hour' : `${Math.floor(hours)} hours`;
        return {
          what: `the topic keeps events for ${shown}: a worker that is away for longer misses some`,
          fix: `darkroom topic --retention-hours ${setRetentionHours}`,
        };
      },
      otherwise: kafkaAway,
    },
    {
      name: 'lag on Kafka',
      needs: ['topic'],
      run: async () => {
        const monitor = new KafkaMonitor(settings, consumerGroups);
        try {
          return lagProblem(await monitor.lags(), onKubernetes);
        } finally {
          await monitor.close();
        }
      },
      otherwise: kafkaAway,
    },
  ];
}
