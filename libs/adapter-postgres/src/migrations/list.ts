import { initial } from './20261122160000-initial.ts';
import { eventLog } from './20261122161000-event-log.ts';
import { live } from './20261122190000-live.ts';
import { webhooks } from './20261122193000-webhooks.ts';
import { limits } from './20261122200000-limits.ts';
import { cleanupRuns } from './20261122203000-cleanup-runs.ts';
import { visibilityChanges } from './20261126230000-visibility-changes.ts';
import { deletedImages } from './20261126231000-deleted-images.ts';
import { olderSecrets } from './20261126231500-older-secrets.ts';
import type { Migration } from './migration.ts';

/** Every migration there is, oldest first. A new one is added at the end, and none is changed once released. */
export const migrations: readonly Migration[] = [
  initial,
  eventLog,
  live,
  webhooks,
  limits,
  cleanupRuns,
  visibilityChanges,
  deletedImages,
  olderSecrets,
];
