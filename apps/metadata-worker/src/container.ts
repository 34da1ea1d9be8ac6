import { KafkaEventBus, kafkaSettingsOf } from '@darkroom/adapter-kafka';
import { SharpImageEngine } from '@darkroom/adapter-image';
import { openPostgres } from '@darkroom/adapter-postgres';
import { openS3, s3SettingsOf } from '@darkroom/adapter-s3';
import { extractImageMetadata, failTask, rejectLate } from '@darkroom/domain';
import { systemClock } from '@darkroom/kernel';
import {
  Metrics,
  observeConsumer,
  observeHandler,
  observePool,
  observeUploads,
  openScratch,
  startConsumer,
  startHealthServer,
  type Lifecycle,
  type Logger,
} from '@darkroom/runtime';
import type { Config } from './config.ts';
import { observeExtractor } from './observe-extractor.ts';
import { extractMetadataHandler, metadataEvents } from './extract-metadata.ts';

const group = 'metadata-worker';

/** Makes the clients, and starts the consumer. Everything is released through the lifecycle. */
export async function startMetadataWorker(
  config: Config,
  logger: Logger,
  lifecycle: Lifecycle,
  stopWith: (error: Error) => void,
): Promise<void> {
  const onError = (err: unknown, doing: string) =>
    logger.warn({ err, doing }, 'went wrong, and is tried again');
  const metrics = new Metrics(group);
  const postgres = openPostgres(config, {
    applicationName: group,
    onError,
    onChange: observeUploads(metrics, (id) => postgres.monitor.firstStoredAt(id)),
  });
  lifecycle.acquire('postgres', () => postgres.close());
  observePool(metrics, () => postgres.db.poolState());
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

  const { images, deliveries } = postgres;
  const shared = { images, clock: systemClock };
  const extract = extractImageMetadata({
    ...shared,
    store: s3.objects,
    extractor: observeExtractor(metrics, engine),
    scratch,
    leaseMs: config.LEASE_MS,
    reject: rejectLate({ ...shared, maintenance: s3.maintenance }),
  });
  const readiness = { database: () => postgres.db.ping(), store: () => s3.check() };
  const health = await startHealthServer(config.HEALTH_PORT, readiness, metrics, lifecycle.signal);
  lifecycle.acquire('health server', () => health.close());
  logger.info({ port: health.port }, 'health and metrics');
  const consumer = await startConsumer({
    bus,
    deliveries,
    group,
    types: metadataEvents,
    handler: observeHandler(metrics, 'metadata', extractMetadataHandler(extract)),
    onDead: ({ imageId, imageSeq }, reason) =>
      failTask(shared, { imageId, imageSeq, task: 'metadata' }, reason),
    probe: async () => {
      await Promise.all([postgres.db.ping(), s3.check()]);
    },
    concurrency: config.CONCURRENCY,
    maxAttempts: config.MAX_ATTEMPTS,
    graceMs: Math.max(1_000, config.SHUTDOWN_GRACE_MS - 5_000),
    logger,
  });
  lifecycle.acquire('consumer', () => consumer.stop());
  observeConsumer(metrics, group, consumer);
  void consumer.fatal.then(stopWith);
}
