export { inMemoryStores } from './in-memory-stores.ts';
export { newInMemoryState, type HeldGarbage, type InMemoryState } from './in-memory-state.ts';
export { InMemoryImageRepository } from './in-memory-image-repository.ts';
export { InMemoryImageQueries } from './in-memory-image-queries.ts';
export { InMemoryQuotaRepository, InMemoryRequestKeys } from './in-memory-limits.ts';
export { InMemoryCategoryRepository, InMemoryPresetRepository } from './in-memory-settings.ts';
export {
  InMemoryGarbageRepository,
  InMemoryMaintenanceQueries,
  InMemoryRetentionRepository,
} from './in-memory-maintenance.ts';
export { storesOfSuite, type OpenStores, type Stores } from './stores.ts';
export { acceptedImage, changeOf, sampleImage, sampleVariant } from './sample-image.ts';
export { imageRepositoryContract } from './image-repository.contract.ts';
export { imageQueriesContract } from './image-queries.contract.ts';
export { quotaRepositoryContract, requestKeysContract } from './limits.contract.ts';
export { categoryRepositoryContract, presetRepositoryContract } from './settings.contract.ts';
export {
  garbageRepositoryContract,
  maintenanceQueriesContract,
  retentionRepositoryContract,
} from './maintenance.contract.ts';
