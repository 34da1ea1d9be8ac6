import { InMemoryImageQueries } from './in-memory-image-queries.ts';
import { InMemoryImageRepository } from './in-memory-image-repository.ts';
import {
  InMemoryGarbageRepository,
  InMemoryMaintenanceQueries,
  InMemoryRetentionRepository,
} from './in-memory-maintenance.ts';
import { InMemoryQuotaRepository, InMemoryRequestKeys } from './in-memory-limits.ts';
import { InMemoryCategoryRepository, InMemoryPresetRepository } from './in-memory-settings.ts';
import { newInMemoryState, type InMemoryState } from './in-memory-state.ts';
import type { Stores } from './stores.ts';

/** All stores in memory, as a new installation has them; `state` is what they keep, for tests to look at. */
export function inMemoryStores(): Stores & { readonly state: InMemoryState } {
  const state = newInMemoryState();
  return {
    state,
    images: new InMemoryImageRepository(state),
    queries: new InMemoryImageQueries(state),
    categories: new InMemoryCategoryRepository(state),
    presets: new InMemoryPresetRepository(state),
    quotas: new InMemoryQuotaRepository(state),
    requests: new InMemoryRequestKeys(state),
    maintenance: new InMemoryMaintenanceQueries(state),
    garbage: new InMemoryGarbageRepository(state),
    retention: new InMemoryRetentionRepository(state),
    close: async () => undefined,
  };
}
