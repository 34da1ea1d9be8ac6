import { ensureTopic, KafkaEventProducer, kafkaSettingsOf } from '@darkroom/adapter-kafka';
import type { ReadinessCheck } from '@darkroom/runtime';
import { observePublisher } from './monitoring.ts';
import type { Parts } from './parts.ts';
import { startPublisher, type RunningPublisher } from './publisher/index.ts';
import { untilAvailable } from './until-available.ts';

export interface OpenedPublisher {
  readonly check: ReadinessCheck;
  /** Settles when it has started, or has been found unable to as yet. */
  readonly tried: Promise<unknown>;
}

/**
 * Starts the publisher as soon as Kafka and the log can be reached, so that an outage of Kafka keeps no API from starting.
 * The check of Kafka fails while nothing gets through.
 */
export function openPublisher({
  config,
  logger,
  metrics,
  lifecycle,
  stopWith,
  postgres,
}: Parts): OpenedPublisher {
  const settings = kafkaSettingsOf(config, 'upload-api');
  const producer = new KafkaEventProducer(settings);
  lifecycle.acquire('kafka producer', () => producer.close());
  const log = postgres.openBus();
  lifecycle.acquire('event log', () => log.close());
  const outage = Promise.withResolvers<undefined>();
  const starting = untilAvailable(
    async () => {
      await ensureTopic(settings);
      return startPublisher({ log, producer, logger: logger.child({ role: 'publisher' }) });
    },
    lifecycle.signal,
    (err, attempt) => {
      logger.warn({ err, attempt }, 'the publisher cannot start yet');
      outage.resolve(undefined);
    },
  );
  let running: RunningPublisher | undefined;
  observePublisher(metrics, () => running);
  starting.then((publisher) => {
    running = publisher;
    void publisher?.fatal.then(stopWith);
  }, stopWith);
  lifecycle.acquire('publisher', async () => (await starting)?.stop());
  return { check: publishing(() => running), tried: Promise.race([starting, outage.promise]) };
}

/** Fails where events wait, and since the last look none went through but some failed to. */
function publishing(current: () => RunningPublisher | undefined): ReadinessCheck {
  let before = { published: 0, failures: 0 };
  return async () => {
    const stats = current()?.stats();
    if (stats === undefined) throw new Error('the publisher has not started yet');
    const stuck =
      stats.waiting > 0 && stats.failures > before.failures && stats.published === before.published;
    before = stats;
    if (stuck) throw new Error(`${stats.waiting} events wait and cannot be published`);
  };
}
