export { migrate, pendingMigrations } from './migrations/migrate.ts';
export type { Migration } from './migrations/migration.ts';
export { appendEvents } from './event-log/append.ts';
export { EventNotifier } from './event-log/event-notifier.ts';
export { PostgresEventBus, type PostgresEventBusOptions } from './bus/postgres-event-bus.ts';
export { PostgresDeadLetters } from './deliveries/postgres-dead-letters.ts';
export { PostgresDeliveryStore } from './deliveries/postgres-delivery-store.ts';
export {
  dropIdleGroups,
  groupLags,
  pruneEventLog,
  unsequencedCount,
  type GroupLag,
} from './event-log/log-maintenance.ts';
export { connect, type Database, type DatabaseOptions } from './database/connect.ts';
export { PostgresImageRepository, type AppendListener } from './images/postgres-image-repository.ts';
export { PostgresImageQueries } from './images/postgres-image-queries.ts';
export { PostgresStreamTickets } from './live/postgres-stream-tickets.ts';
export { PostgresTimelineLog, type TimelineLogOptions } from './live/postgres-timeline-log.ts';
export { PostgresCategoryRepository } from './settings/postgres-category-repository.ts';
export { PostgresPresetRepository } from './settings/postgres-preset-repository.ts';
export { PostgresMaintenanceQueries } from './maintenance/postgres-maintenance-queries.ts';
export { PostgresGarbageRepository } from './maintenance/postgres-garbage-repository.ts';
export { PostgresRetentionRepository } from './maintenance/postgres-retention-repository.ts';
export { PostgresWebhookDeliveries } from './webhooks/postgres-webhook-deliveries.ts';
export { PostgresWebhookEndpoints } from './webhooks/postgres-webhook-endpoints.ts';
export { PostgresWebhookQueue } from './webhooks/postgres-webhook-queue.ts';
export { PostgresQuotaRepository } from './limits/postgres-quota-repository.ts';
export { openRateLimiter, type RateLimiter, type RateState } from './limits/rate-limiter.ts';
export { PostgresRequestKeys } from './limits/postgres-request-keys.ts';
export { databaseVariables, type DatabaseEnvironment } from './database/postgres-settings.ts';
export {
  PostgresMonitor,
  type CleanupCount,
  type GroupDeliveries,
  type PartitionLag,
  type PipelineState,
} from './monitoring/postgres-monitor.ts';
export { openPostgres, type Postgres, type PostgresOptions } from './open-postgres.ts';
export { canListen } from './database/can-listen.ts';
