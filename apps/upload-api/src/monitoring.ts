import type { KafkaMonitor } from '@darkroom/adapter-kafka';
import type { Postgres } from '@darkroom/adapter-postgres';
import type { SqsNotificationQueue } from '@darkroom/adapter-sqs';
import { isOwnKey, prefixes, type ObjectMaintenance } from '@darkroom/domain';
import { sharedFor, type Metrics } from '@darkroom/runtime';
import type { Config, Role } from './config.ts';
import type { RunningPublisher } from './publisher/index.ts';
import type { Relay } from './relay/relay.ts';

/** Answers of Postgres, SQS and Kafka serve all scrapes that come within this time, in milliseconds. */
const shareMs = 4_000;

/** Which roles this process plays, and which others must: so that the ones that are left tell of one that is missing. */
export function tellRoles(metrics: Metrics, { ROLES, EVENT_BUS }: Pick<Config, 'ROLES' | 'EVENT_BUS'>): void {
  const needed: readonly Role[] = EVENT_BUS === 'kafka' ? ['api', 'relay', 'publisher'] : ['api', 'relay'];
  for (const role of needed) metrics.set('darkroom_role_up', { role }, 0);
  for (const role of ROLES) {
    if (role === 'publisher' && EVENT_BUS !== 'kafka') continue;
    metrics.set('darkroom_role_up', { role }, 1);
  }
}

/** What the whole installation is like, as Postgres knows it. Every process of this app tells it, and all tell the same. */
export function observePipeline(metrics: Metrics, lags: LagGauges, { monitor }: Postgres): void {
  const state = sharedFor(shareMs, () => monitor.pipeline());
  const names = [
    'darkroom_group_lag_events',
    'darkroom_group_lag_seconds',
    'darkroom_unsequenced_events',
    'darkroom_deliveries_waiting',
    'darkroom_dead_letters',
    'darkroom_unready_images',
    'darkroom_unready_oldest_seconds',
    'darkroom_cleanup_actions_total',
    'darkroom_cleanup_last_run_timestamp_seconds',
  ] as const;
  metrics.beforeScrape('postgres', names, async () => {
    const { lags: ofTheLog, unsequenced, deliveries, unready, cleanup, cleanupSucceededAt } = await state();
    lags.set('log', ofTheLog);
    metrics.set('darkroom_unsequenced_events', {}, unsequenced);
    metrics.replace(
      'darkroom_deliveries_waiting',
      deliveries.map(({ group, waiting }) => ({ labels: { group }, value: waiting })),
    );
    metrics.replace(
      'darkroom_dead_letters',
      deliveries.map(({ group, dead }) => ({ labels: { group }, value: dead })),
    );
    metrics.set('darkroom_unready_images', {}, unready.images);
    metrics.set('darkroom_unready_oldest_seconds', {}, unready.oldestSeconds);
    metrics.replace(
      'darkroom_cleanup_actions_total',
      cleanup.map(({ task, action, count }) => ({ labels: { task, action }, value: count })),
    );
    metrics.replace(
      'darkroom_cleanup_last_run_timestamp_seconds',
      cleanupSucceededAt.map(({ task, at }) => ({ labels: { task }, value: at.getTime() / 1_000 })),
    );
  });
}

/** Consumer groups on Kafka, as its brokers know them. */
export function observeKafka(metrics: Metrics, lags: LagGauges, kafka: KafkaMonitor): void {
  const state = sharedFor(shareMs, () => kafka.lags());
  metrics.beforeScrape('kafka', [], async () => {
    lags.set('kafka', []);
    lags.set('kafka', await state());
  });
}

interface Lag {
  readonly group: string;
  readonly partition: number;
  readonly events: number;
  readonly seconds: number;
}

/** The lags of both buses, in the same two metrics; a group that is gone is gone there too. */
export class LagGauges {
  readonly #metrics: Metrics;
  readonly #lags = new Map<'log' | 'kafka', readonly Lag[]>();

  constructor(metrics: Metrics) {
    this.#metrics = metrics;
  }

  set(bus: 'log' | 'kafka', lags: readonly Lag[]): void {
    this.#lags.set(bus, lags);
    const all = [...this.#lags].flatMap(([of, found]) =>
      found.map(({ group, partition, ...lag }) => ({
        labels: { bus: of, group, partition: String(partition) },
        ...lag,
      })),
    );
    const samples = (value: 'events' | 'seconds') =>
      all.map((lag) => ({ labels: lag.labels, value: lag[value] }));
    this.#metrics.replace('darkroom_group_lag_events', samples('events'));
    this.#metrics.replace('darkroom_group_lag_seconds', samples('seconds'));
  }
}

/** What the relay has done. */
export function observeRelay(metrics: Metrics, { stats }: Relay): void {
  metrics.beforeScrape('relay', [], () => {
    const { received, removed, buried, failures, foreign, testEvents, outcomes, outages } = stats;
    const counts = { received, removed, buried, failed: failures, foreign, test: testEvents, ...outcomes };
    metrics.replace(
      'darkroom_relay_messages_total',
      Object.entries(counts).map(([outcome, value]) => ({ labels: { outcome }, value })),
    );
    metrics.replace('darkroom_relay_outages_total', [{ labels: {}, value: outages }]);
  });
}

/** How much waits for the relay, in the queue and in S3. Told by the API as well: no relay must be there to say that none is. */
export function observeArrivals(
  metrics: Metrics,
  queue: SqsNotificationQueue,
  maintenance: ObjectMaintenance,
): void {
  const depths = sharedFor(shareMs, () => queue.depths());
  metrics.beforeScrape('queue', ['darkroom_queue_messages'], async () => {
    for (const [name, { waiting, inFlight }] of Object.entries(await depths())) {
      metrics.set('darkroom_queue_messages', { queue: name, state: 'waiting' }, waiting);
      metrics.set('darkroom_queue_messages', { queue: name, state: 'in_flight' }, inFlight);
    }
  });
  const oldest = sharedFor(listMs, () => oldestArrival(maintenance));
  metrics.beforeScrape('store', ['darkroom_incoming_oldest_seconds'], async () => {
    const since = await oldest();
    const seconds = since === undefined ? 0 : Math.max(0, Date.now() - since) / 1_000;
    metrics.set('darkroom_incoming_oldest_seconds', {}, seconds);
  });
}

/** A list costs more than the other questions, and what it tells of is old by then anyway. */
const listMs = 60_000;
const pageSize = 1_000;
const mostPages = 5;

/** When S3 got the oldest of the files that wait in `incoming/`; undefined where none does. What is not ours counts for nothing. */
async function oldestArrival(maintenance: ObjectMaintenance): Promise<number | undefined> {
  let oldest: number | undefined;
  let after: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const found = await maintenance.list(prefixes.incoming, after, pageSize);
    for (const { key, lastModified } of found) {
      if (isOwnKey(key)) oldest = Math.min(oldest ?? Infinity, lastModified.getTime());
    }
    if (found.length < pageSize) break;
    after = found.at(-1)?.key;
  }
  return oldest;
}

/** What the publisher has done; nothing until it has started. */
export function observePublisher(metrics: Metrics, current: () => RunningPublisher | undefined): void {
  metrics.beforeScrape('publisher', [], () => {
    const { published = 0, failures = 0, waiting = 0 } = current()?.stats() ?? {};
    metrics.replace('darkroom_published_events_total', [{ labels: {}, value: published }]);
    metrics.replace('darkroom_publish_failures_total', [{ labels: {}, value: failures }]);
    metrics.set('darkroom_publisher_waiting_events', {}, waiting);
  });
}
