import type { Stores } from '@darkroom/domain/testing';
import { testDatabase } from '@darkroom/testing';
import {
  connect,
  migrate,
  PostgresCategoryRepository,
  PostgresGarbageRepository,
  PostgresImageQueries,
  PostgresImageRepository,
  PostgresMaintenanceQueries,
  PostgresPresetRepository,
  PostgresQuotaRepository,
  PostgresRequestKeys,
  PostgresRetentionRepository,
  type Database,
} from '../index.ts';

export interface PostgresStores extends Stores {
  readonly database: Database;
  readonly url: string;
}

/** All stores on a fresh, migrated database of their own. */
export async function openStores({ poolSize = 8 } = {}): Promise<PostgresStores> {
  const { url, close } = await testDatabase({ migrate });
  const database = connect({ url, poolSize, applicationName: 'darkroom-test' });
  return {
    database,
    url,
    images: new PostgresImageRepository(database, { appended: () => undefined }),
    queries: new PostgresImageQueries(database),
    categories: new PostgresCategoryRepository(database),
    presets: new PostgresPresetRepository(database),
    quotas: new PostgresQuotaRepository(database),
    requests: new PostgresRequestKeys(database),
    maintenance: new PostgresMaintenanceQueries(database),
    garbage: new PostgresGarbageRepository(database),
    retention: new PostgresRetentionRepository(database),
    close: async () => {
      await database.close();
      await close();
    },
  };
}
