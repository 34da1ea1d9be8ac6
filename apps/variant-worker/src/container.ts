import { KafkaEventBus, kafkaSettingsOf } from '@darkroom/adapter-kafka';
import { SharpImageEngine } from '@darkroom/adapter-image';
import { openPostgres } from '@darkroom/adapter-postgres';
import { openS3, s3SettingsOf } from '@darkroom/adapter-s3';
import { buildImageVariants, failTask, rejectLate } from '@darkroom/domain';
import { systemClock } from '@darkroom/kernel';
import {
  openScratch,
  startConsumer,
  startHealthServer,
  type Lifecycle,
  type Logger,
} from '@darkroom/runtime';
import { buildVariantsHandler, variantEvents } from './build-variants.ts';
import type { Config } from './config.ts';

const group = 'variant-worker';

/** Makes the clients, and starts the consumer. Everything is released through the lifecycle. */
export async function startVariantWorker(
  config: Config,
  logger: Logger,
  lifecycle: Lifecycle,
  stopWith: (error: Error) => void,
): Promise<void> {
  const onError = (err: unknown, doing: string) =>
    logger.warn({ err, doing }, 'went wrong, and is tried again');
  const postgres = openPostgres(config, { applicationName: group, onError });
  lifecycle.acquire('postgres', () => postgres.close());
  const s3 = openS3(s3SettingsOf(config));
  lifecycle.acquire('s3', () => s3.close());
  const engine = new SharpImageEngine();
  lifecycle.acquire('image engine', () => engine.close());
  const scratch = await openScratch(config.SCRATCH_DIR);
  lifecycle.acquire('scratch folder', () => scratch.close());
  const kafka = kafkaSettingsOf(config, group, (level, message, detail) =>
    logger[level]({ kafka: detail }, message),
  );
  const bus = config.EVENT_BUS === 'kafka' ? new KafkaEventBus(kafka) : postgres.openBus();
  lifecycle.acquire('event bus', () => bus.close());

  const { images, presets, categories, deliveries } = postgres;
  const shared = { images, clock: systemClock };
  const build = buildImageVariants({
    ...shared,
    presets,
    categories,
    store: s3.objects,
    objects: s3.maintenance,
    builder: engine,
    scratch,
    leaseMs: config.LEASE_MS,
    replacedGraceMs: config.REPLACED_GRACE_MS,
    reject: rejectLate({ ...shared, maintenance: s3.maintenance }),
  });
  const health = await startHealthServer(config.HEALTH_PORT, {
    database: () => postgres.db.ping(),
    store: () => s3.check(),
  });
  lifecycle.acquire('health server', () => health.close());
  const consumer = await startConsumer({
    bus,
    deliveries,
    group,
    types: variantEvents,
    handler: buildVariantsHandler(build),
    onDead: ({ imageId, imageSeq }, reason) =>
      failTask(shared, { imageId, imageSeq, task: 'variants' }, reason),
    concurrency: config.CONCURRENCY,
    budget: { limit: config.PIXEL_BUDGET, cost: ({ data }) => data.width * data.height },
    maxAttempts: config.MAX_ATTEMPTS,
    graceMs: Math.max(1_000, config.SHUTDOWN_GRACE_MS - 5_000),
    logger,
  });
  lifecycle.acquire('consumer', () => consumer.stop());
  void consumer.fatal.then(stopWith);
}
