import type { Garbage } from '../model/image-change.ts';
import type { Image } from '../model/image.ts';
import type {
  GarbageRepository,
  MaintenanceQueries,
  RetentionRepository,
} from '../ports/maintenance-queries.ts';
import { misplacedVariants } from '../use-cases/move-variants.ts';
import { keysHeldBy, type HeldGarbage, type InMemoryState } from './in-memory-state.ts';

const lockMs = 60_000;

export class InMemoryMaintenanceQueries implements MaintenanceQueries {
  readonly #state: InMemoryState;

  constructor(state: InMemoryState) {
    this.#state = state;
  }

  async staleUploads(before: Date, afterId: string | undefined, limit: number): Promise<readonly Image[]> {
    const open = (image: Image) => image.status === 'pending' || image.status === 'uploading';
    return this.#page((image) => open(image) && image.createdAt < before, afterId, limit);
  }

  async stuckProcessing(before: Date, afterId: string | undefined, limit: number): Promise<readonly Image[]> {
    const unfinished = (image: Image) =>
      Object.values(image.processing).some(({ state }) => state === 'pending' || state === 'running');
    return this.#page(
      (image) => image.status === 'completed' && unfinished(image) && image.updatedAt < before,
      afterId,
      limit,
    );
  }

  async purgeable(now: Date, afterId: string | undefined, limit: number): Promise<readonly Image[]> {
    return this.#page(
      ({ status, purgeAfter }) => status === 'deleted' && purgeAfter !== null && purgeAfter < now,
      afterId,
      limit,
    );
  }

  async withObjects(afterId: string | undefined, limit: number): Promise<readonly Image[]> {
    return this.#page(
      ({ status, originalKey }) => (status === 'completed' || status === 'deleted') && originalKey !== null,
      afterId,
      limit,
    );
  }

  async misplaced(since: Date, afterId: string | undefined, limit: number): Promise<readonly Image[]> {
    const { categories, visibilityChangedAt } = this.#state;
    return this.#page(
      (image) => {
        const changedAt = visibilityChangedAt.get(image.categoryId);
        const visibility = categories.get(image.categoryId)?.visibility ?? 'private';
        const recently = changedAt !== undefined && changedAt >= since;
        return image.status === 'completed' && recently && misplacedVariants(image, visibility).length > 0;
      },
      afterId,
      limit,
    );
  }

  async knownKeys(keys: readonly string[]): Promise<ReadonlySet<string>> {
    const known = new Set(this.#state.garbage.keys());
    for (const { incomingKey, originalKey, variants } of this.#state.images.values()) {
      known.add(incomingKey);
      if (originalKey !== null) known.add(originalKey);
      for (const { key } of variants) known.add(key);
    }
    return new Set(keys.filter((key) => known.has(key)));
  }

  #page(wanted: (image: Image) => boolean, afterId: string | undefined, limit: number): readonly Image[] {
    return [...this.#state.images.values()]
      .filter((image) => (afterId === undefined || image.id > afterId) && wanted(image))
      .sort((a, b) => (a.id < b.id ? -1 : 1))
      .slice(0, limit);
  }
}

export class InMemoryGarbageRepository implements GarbageRepository {
  readonly #state: InMemoryState;

  constructor(state: InMemoryState) {
    this.#state = state;
  }

  async listDue(now: Date, limit: number): Promise<readonly Garbage[]> {
    return this.#due(now, limit).map(({ key, dueAt }) => ({ key, dueAt }));
  }

  #due(now: Date, limit: number): readonly HeldGarbage[] {
    const held = new Set([...this.#state.images.values()].flatMap(keysHeldBy));
    return [...this.#state.garbage.values()]
      .filter(({ key, dueAt, lockedUntil }) => dueAt <= now && !held.has(key) && (lockedUntil ?? now) <= now)
      .sort((a, b) => a.dueAt.getTime() - b.dueAt.getTime())
      .slice(0, limit);
  }

  async takeDue(now: Date, limit: number): Promise<readonly Garbage[]> {
    const due = this.#due(now, limit);
    const lockedUntil = new Date(now.getTime() + lockMs);
    for (const entry of due) this.#state.garbage.set(entry.key, { ...entry, lockedUntil });
    return due.map(({ key, dueAt }) => ({ key, dueAt }));
  }

  async settle(keys: readonly string[]): Promise<void> {
    for (const key of keys) this.#state.garbage.delete(key);
  }
}

export class InMemoryRetentionRepository implements RetentionRepository {
  readonly #state: InMemoryState;

  constructor(state: InMemoryState) {
    this.#state = state;
  }

  async pruneTimeline(before: Date, limit: number): Promise<number> {
    let left = limit;
    for (const [id, entries] of this.#state.timeline) {
      const kept = entries.filter(({ at }) => at >= before || left-- <= 0);
      this.#state.timeline.set(id, kept);
    }
    return limit - Math.max(0, left);
  }

  async pruneEvents(before: Date, limit: number): Promise<number> {
    const old = new Set(this.#state.events.filter(({ time }) => time < before).slice(0, limit));
    this.#state.events = this.#state.events.filter((event) => !old.has(event));
    return old.size;
  }

  /** Nobody sends webhooks from memory. */
  async pruneWebhooks(): Promise<number> {
    return 0;
  }

  /** Nobody reads events from memory in groups. */
  async dropIdleGroups(): Promise<readonly string[]> {
    return [];
  }

  async pruneRequestKeys(now: Date, limit: number): Promise<number> {
    const over = [...this.#state.requests].filter(([, { expiresAt }]) => expiresAt <= now).slice(0, limit);
    for (const [name] of over) this.#state.requests.delete(name);
    return over.length;
  }

  /** Nothing counts callers in memory. */
  async pruneRateLimits(): Promise<number> {
    return 0;
  }
}
