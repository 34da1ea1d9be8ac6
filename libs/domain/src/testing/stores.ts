import type { CategoryRepository } from '../ports/category-repository.ts';
import type { ImageQueries } from '../ports/image-queries.ts';
import type { ImageRepository } from '../ports/image-repository.ts';
import type {
  GarbageRepository,
  MaintenanceQueries,
  RetentionRepository,
} from '../ports/maintenance-queries.ts';
import type { PresetRepository } from '../ports/preset-repository.ts';
import type { QuotaRepository } from '../ports/quota-repository.ts';
import type { RequestKeys } from '../ports/request-keys.ts';

/** Every port that keeps data, over one and the same data. */
export interface Stores {
  readonly images: ImageRepository;
  readonly queries: ImageQueries;
  readonly categories: CategoryRepository;
  readonly presets: PresetRepository;
  readonly quotas: QuotaRepository;
  readonly requests: RequestKeys;
  readonly maintenance: MaintenanceQueries;
  readonly garbage: GarbageRepository;
  readonly retention: RetentionRepository;
  close(): Promise<void>;
}

/** Opens stores as a new installation has them. Contract suites call it once, before their first test. */
export type OpenStores = () => Promise<Stores>;

/** The stores of a suite, from before its first test until after its last one. */
export function storesOfSuite(open: OpenStores): () => Stores {
  let stores: Stores | undefined;
  beforeAll(async () => {
    stores = await open();
  });
  afterAll(async () => {
    await stores?.close();
  });
  return () => {
    if (stores === undefined) throw new TypeError('stores are there within tests only');
    return stores;
  };
}
