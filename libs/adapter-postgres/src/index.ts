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
