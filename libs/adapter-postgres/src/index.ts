export { migrate, pendingMigrations } from './migrations/migrate.ts';
export type { Migration } from './migrations/migration.ts';
export { appendEvents } from './event-log/append.ts';
export { EventNotifier } from './event-log/event-notifier.ts';
