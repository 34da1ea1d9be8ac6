import type { DeliveryStore } from '@darkroom/contracts';
import type {
  CategoryRepository,
  DeadLetters,
  GarbageRepository,
  ImageChange,
  ImageQueries,
  ImageRepository,
  MaintenanceQueries,
  PresetRepository,
  QuotaRepository,
  RequestKeys,
  RetentionRepository,
  StreamTickets,
  TimelineLog,
  WebhookDeliveries,
  WebhookEndpoints,
  WebhookQueue,
} from '@darkroom/domain';
import { PostgresEventBus } from './bus/postgres-event-bus.ts';
import { connect, type Database } from './database/connect.ts';
import type { DatabaseEnvironment } from './database/postgres-settings.ts';
import { PostgresDeadLetters } from './deliveries/postgres-dead-letters.ts';
import { PostgresDeliveryStore } from './deliveries/postgres-delivery-store.ts';
import { EventNotifier } from './event-log/event-notifier.ts';
import { PostgresImageQueries } from './images/postgres-image-queries.ts';
import { PostgresImageRepository } from './images/postgres-image-repository.ts';
import { PostgresQuotaRepository } from './limits/postgres-quota-repository.ts';
import { PostgresRequestKeys } from './limits/postgres-request-keys.ts';
import { PostgresStreamTickets } from './live/postgres-stream-tickets.ts';
import { PostgresTimelineLog } from './live/postgres-timeline-log.ts';
import { PostgresGarbageRepository } from './maintenance/postgres-garbage-repository.ts';
import { PostgresMaintenanceQueries } from './maintenance/postgres-maintenance-queries.ts';
import { PostgresRetentionRepository } from './maintenance/postgres-retention-repository.ts';
import { PostgresMonitor } from './monitoring/postgres-monitor.ts';
import { PostgresCategoryRepository } from './settings/postgres-category-repository.ts';
import { PostgresPresetRepository } from './settings/postgres-preset-repository.ts';
import { PostgresWebhookDeliveries } from './webhooks/postgres-webhook-deliveries.ts';
import { PostgresWebhookEndpoints } from './webhooks/postgres-webhook-endpoints.ts';
import { PostgresWebhookQueue } from './webhooks/postgres-webhook-queue.ts';

export interface Postgres {
  readonly db: Database;
  readonly images: ImageRepository;
  readonly queries: ImageQueries;
  readonly categories: CategoryRepository;
  readonly presets: PresetRepository;
  readonly quotas: QuotaRepository;
  readonly requests: RequestKeys;
  readonly maintenance: MaintenanceQueries;
  readonly garbage: GarbageRepository;
  readonly retention: RetentionRepository;
  readonly deliveries: DeliveryStore;
  readonly deadLetters: DeadLetters;
  readonly monitor: PostgresMonitor;
  readonly timelineLog: TimelineLog;
  readonly tickets: StreamTickets;
  readonly webhookEndpoints: WebhookEndpoints;
  readonly webhookDeliveries: WebhookDeliveries;
  readonly webhookQueue: WebhookQueue;
  /** The event log as a bus; to be closed by the caller, before this. */
  openBus(): PostgresEventBus;
  close(): Promise<void>;
}

export interface PostgresOptions {
  /** Shown in `pg_stat_activity`. */
  readonly applicationName: string;
  /** Told of what goes wrong in the background and is tried again. */
  readonly onError: (error: unknown, doing: string) => void;
  /** Told of each change of an image that was committed here; must return at once and not throw. */
  readonly onChange?: (change: ImageChange) => void;
}

/** Everything of Darkroom that lives in Postgres, over one pool. No connection is made before the first statement. */
export function openPostgres(
  env: DatabaseEnvironment,
  { applicationName, onError, onChange }: PostgresOptions,
): Postgres {
  const db = connect({ url: env.DATABASE_URL, poolSize: env.DATABASE_POOL_SIZE, applicationName });
  const directUrl = env.DATABASE_DIRECT_URL ?? env.DATABASE_URL;
  const notifier = new EventNotifier(db, (error) => onError(error, 'notifying of events'));
  return {
    db,
    images: new PostgresImageRepository(db, notifier, onChange),
    queries: new PostgresImageQueries(db),
    categories: new PostgresCategoryRepository(db),
    presets: new PostgresPresetRepository(db),
    quotas: new PostgresQuotaRepository(db),
    requests: new PostgresRequestKeys(db),
    maintenance: new PostgresMaintenanceQueries(db),
    garbage: new PostgresGarbageRepository(db),
    retention: new PostgresRetentionRepository(db),
    deliveries: new PostgresDeliveryStore(db),
    deadLetters: new PostgresDeadLetters(db),
    monitor: new PostgresMonitor(db),
    webhookEndpoints: new PostgresWebhookEndpoints(db),
    webhookDeliveries: new PostgresWebhookDeliveries(db),
    webhookQueue: new PostgresWebhookQueue(db),
    timelineLog: new PostgresTimelineLog({ db, directUrl, onError }),
    tickets: new PostgresStreamTickets(db),
    openBus: () => new PostgresEventBus({ db, directUrl, onError }),
    close: async () => {
      await notifier.close();
      await db.close();
    },
  };
}
