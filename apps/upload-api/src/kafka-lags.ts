import type { KafkaMonitor } from '@darkroom/adapter-kafka';
import { consumerGroups } from '@darkroom/contracts';
import { within } from '@darkroom/kernel';
import { sharedFor, type Logger } from '@darkroom/runtime';

export interface GroupLag {
  readonly group: string;
  /** Null where Kafka does not tell. */
  readonly events: number | null;
  /** Age of the oldest of them. */
  readonly seconds: number | null;
}

/** One answer of Kafka serves all who ask within this time, in milliseconds. */
const shareMs = 4_000;
/** People wait for what else there is to see: Kafka has this long, in milliseconds. */
const patienceMs = 3_000;

/** How far each group of workers is behind on Kafka. Where Kafka is away, that is not known: nothing is thrown. */
export function kafkaLags(
  monitor: Pick<KafkaMonitor, 'lags'>,
  logger: Logger,
  waitMs = patienceMs,
): () => Promise<readonly GroupLag[]> {
  return sharedFor(shareMs, async () => {
    try {
      const lags = await within(waitMs, monitor.lags());
      return consumerGroups.map((group) => {
        const own = lags.filter((lag) => lag.group === group);
        return {
          group,
          events: own.reduce((sum, { events }) => sum + events, 0),
          seconds: own.reduce((most, { seconds }) => Math.max(most, seconds), 0),
        };
      });
    } catch (err) {
      logger.warn({ err }, 'Kafka does not tell how far its groups are');
      return consumerGroups.map((group) => ({ group, events: null, seconds: null }));
    }
  });
}
