import { SharpImageEngine } from '@darkroom/adapter-image';
import { openInspector } from '@darkroom/adapter-inspector';
import { KafkaMonitor, kafkaSettingsOf } from '@darkroom/adapter-kafka';
import { openPostgres, type Postgres } from '@darkroom/adapter-postgres';
import { openS3, s3SettingsOf, type S3 } from '@darkroom/adapter-s3';
import { SqsNotificationQueue, sqsSettingsOf } from '@darkroom/adapter-sqs';
import { consumerGroups } from '@darkroom/contracts';
import { acceptUpload, type AcceptUpload } from '@darkroom/domain';
import { systemClock } from '@darkroom/kernel';
import {
  Metrics,
  observePool,
  observeUploads,
  openScratch,
  type Lifecycle,
  type Logger,
  type ReadinessCheck,
} from '@darkroom/runtime';
import type { Express } from 'express';
import type { Config } from './config.ts';
import { createApp, type AppOptions } from './http/app.ts';
import { LiveSockets } from './http/live/index.ts';
import { countCalls } from './http/rate-limit.ts';
import { serve, type HttpServer } from './http/serve.ts';
import { addressOf } from './http/trusted-proxies.ts';
import { httpOptions } from './http-options.ts';
import {
  LagGauges,
  observeArrivals,
  observeKafka,
  observePipeline,
  observeRelay,
  tellRoles,
} from './monitoring.ts';
import { openPublisher } from './open-publisher.ts';
import { openWebhooks } from './open-webhooks.ts';
import type { Parts } from './parts.ts';
import { startRelay } from './relay/relay.ts';

/** What is still open when all roles have ended is of no use to anybody. */
const cutOffMs = 100;

/** Makes the clients and starts the roles of this process. Everything is released through the lifecycle. */
export async function startUploadApi(
  config: Config,
  logger: Logger,
  lifecycle: Lifecycle,
  stopWith: (error: Error) => void,
): Promise<{ readonly port: number }> {
  const metrics = new Metrics('upload-api');
  tellRoles(metrics, config);
  const postgres = openPostgres(config, {
    applicationName: 'upload-api',
    onError: (err, doing) => logger.warn({ err, doing }, 'went wrong, and is tried again'),
    onChange: observeUploads(metrics, (id) => postgres.monitor.firstStoredAt(id)),
  });
  lifecycle.acquire('postgres', () => postgres.close());
  observePool(metrics, () => postgres.db.poolState());
  const lags = new LagGauges(metrics);
  observePipeline(metrics, lags, postgres);
  const s3 = openS3(s3SettingsOf(config));
  lifecycle.acquire('s3', () => s3.close());
  const accept = await openAcceptance(config, lifecycle, postgres, s3);
  const kafka = openKafkaMonitor(config, lifecycle);
  const parts: Parts = { config, logger, metrics, lags, lifecycle, stopWith, postgres, s3, accept, kafka };

  const readiness: Record<string, ReadinessCheck> = {
    database: () => postgres.db.ping(),
    store: () => s3.check(),
  };
  let tried: Promise<unknown> = Promise.resolve();
  const opened: { server?: HttpServer } = {};
  // The port stays open until all roles have ended: it says that this process is not ready
  lifecycle.acquire('http server', () => opened.server?.close(cutOffMs));
  const queue = openArrivals(parts);
  // The API tells it, too: a publisher that is gone must not hide it
  const tellsOfKafka = config.ROLES.includes('api') || config.ROLES.includes('publisher');
  if (kafka !== undefined && tellsOfKafka) observeKafka(metrics, lags, kafka);
  if (config.ROLES.includes('relay')) readiness['queue'] = openRelay(parts, queue);
  if (config.ROLES.includes('publisher') && config.EVENT_BUS === 'kafka') {
    const publisher = openPublisher(parts);
    readiness['bus'] = publisher.check;
    tried = publisher.tried;
  }
  if (config.ROLES.includes('webhooks')) openWebhooks(parts);
  const http = httpOptions(parts);
  const app = createApp({ logger, metrics, readiness, stopping: lifecycle.signal, ...http });
  const sockets = http.api && openSockets(http.api, app);
  const server = await serve(
    app,
    config.HTTP_PORT,
    config.HTTP_HOST,
    sockets && ((...upgrade) => sockets.upgrade(...upgrade)),
  );
  opened.server = server;
  // A second before the end of the grace what still runs is cut off, so that the rest can be released
  lifecycle.acquire('http answers', () => server.drain(Math.max(0, config.SHUTDOWN_GRACE_MS - 1_000)));
  lifecycle.acquire('live streams', async () => {
    await http.api?.live.close();
    await sockets?.close();
  });
  logger.info({ port: server.port, roles: config.ROLES }, 'listening');
  await tried;
  return { port: server.port };
}

async function openAcceptance(
  config: Config,
  lifecycle: Lifecycle,
  { images, categories }: Postgres,
  { objects, maintenance, signer }: S3,
): Promise<AcceptUpload> {
  const engine = new SharpImageEngine();
  lifecycle.acquire('image engine', () => engine.close());
  const scratch = await openScratch(config.SCRATCH_DIR);
  lifecycle.acquire('scratch folder', () => scratch.close());
  return acceptUpload({
    images,
    categories,
    objects,
    maintenance,
    imageInspector: engine,
    uploadInspector: openInspector(config, signer),
    scratch,
    clock: systemClock,
  });
}

/** The notification queue. Relay and API tell how much waits there: each must be seen to be missing by the other. */
function openArrivals({ config, metrics, lifecycle, s3 }: Parts): SqsNotificationQueue {
  const queue = new SqsNotificationQueue(sqsSettingsOf(config));
  lifecycle.acquire('queue', () => queue.close());
  if (config.ROLES.includes('relay') || config.ROLES.includes('api')) {
    observeArrivals(metrics, queue, s3.maintenance);
  }
  return queue;
}

/** Starts the relay, and answers the check of its queue. */
function openRelay(
  { config, logger, metrics, lifecycle, stopWith, postgres, s3, accept }: Parts,
  queue: SqsNotificationQueue,
): ReadinessCheck {
  const relay = startRelay({
    queue,
    accept,
    bucket: config.S3_BUCKET,
    probe: async () => {
      await Promise.all([postgres.db.ping(), s3.check(), queue.check()]);
    },
    logger: logger.child({ role: 'relay' }),
    onFatal: stopWith,
    onAge: (seconds) => metrics.observe('darkroom_queue_message_age_seconds', {}, seconds),
    options: { pollers: config.RELAY_POLLERS },
  });
  lifecycle.acquire('relay', () => relay.stop());
  observeRelay(metrics, relay);
  return () => queue.check();
}

/** Who looks asks again by itself, and a process that stops must not wait for a broker that is away. */
const monitorRetries = 2;

/** Connects when it is first asked, and to nothing where events travel by Postgres. */
function openKafkaMonitor(config: Config, lifecycle: Lifecycle): KafkaMonitor | undefined {
  if (config.EVENT_BUS !== 'kafka') return undefined;
  const monitor = new KafkaMonitor(kafkaSettingsOf(config, 'upload-api'), consumerGroups, monitorRetries);
  lifecycle.acquire('kafka monitor', () => monitor.close());
  return monitor;
}

/** How long a WebSocket may stay silent about who it is. */
const helloMs = 10_000;

function openSockets(api: NonNullable<AppOptions['api']>, app: Express): LiveSockets {
  const { live: hub, timelineLog, authenticate, corsOrigins, logger } = api;
  return new LiveSockets({
    ...{ hub, timelineLog, authenticate, corsOrigins, logger, helloMs },
    countCall: countCalls(api.rateLimits, logger),
    addressOf: (request) => addressOf(app, request),
  });
}
