import type { Image } from '../model/image.ts';
import type { Garbage } from '../model/image-change.ts';

/** What the cleanup asks of the database. Lists are keyset-paged by image id: pass the last id seen. */
export interface MaintenanceQueries {
  /** `pending` and `uploading` images created before `before`. */
  staleUploads(before: Date, afterId: string | undefined, limit: number): Promise<readonly Image[]>;
  /** Completed images with a task that is neither ready nor failed, not touched since `before`. */
  stuckProcessing(before: Date, afterId: string | undefined, limit: number): Promise<readonly Image[]>;
  /** Deleted images whose `purgeAfter` lies before `now`. */
  purgeable(now: Date, afterId: string | undefined, limit: number): Promise<readonly Image[]>;
  /** All images that should have objects (completed, and deleted ones not yet purged). */
  withObjects(afterId: string | undefined, limit: number): Promise<readonly Image[]>;
  /** Completed images with a variant that does not lie where their category wants it, where its visibility changed since. */
  misplaced(changedSince: Date, afterId: string | undefined, limit: number): Promise<readonly Image[]>;
  /** Of these keys, those that some image or the garbage list knows. */
  knownKeys(keys: readonly string[]): Promise<ReadonlySet<string>>;
}

/** Objects to be removed once their grace period has passed. */
export interface GarbageRepository {
  /** What `takeDue` would hand out; locks and changes nothing. */
  listDue(now: Date, limit: number): Promise<readonly Garbage[]>;
  /** Due ones, oldest first, locked for this caller for a minute. */
  takeDue(now: Date, limit: number): Promise<readonly Garbage[]>;
  /** They are gone from the store. A key that an image points at again is never handed out by `takeDue`. */
  settle(keys: readonly string[]): Promise<void>;
}

/** Pruning of what grows with time. Each call removes at most `limit` rows and answers how many it was. */
export interface RetentionRepository {
  pruneTimeline(before: Date, limit: number): Promise<number>;
  /** Past retention and read by every registered group. */
  pruneEvents(before: Date, limit: number): Promise<number>;
  /** Webhook deliveries made before that, sent or not, with their attempts. */
  pruneWebhooks(before: Date, limit: number): Promise<number>;
  /**
   * Drops consumer groups of the event log of which no member has been heard since `before`, so that they no longer
   * hold up pruning; answers their names.
   */
  dropIdleGroups(before: Date): Promise<readonly string[]>;
  /** Keys of requests whose time is over at `now`. */
  pruneRequestKeys(now: Date, limit: number): Promise<number>;
  /** Counts of callers whose time window is over at `now`. */
  pruneRateLimits(now: Date, limit: number): Promise<number>;
}
