export { migrate, pendingMigrations } from './migrations/migrate.ts';
export type { Migration } from './migrations/migration.ts';
