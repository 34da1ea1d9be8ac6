import {
  categoryRepositoryContract,
  garbageRepositoryContract,
  imageQueriesContract,
  imageRepositoryContract,
  maintenanceQueriesContract,
  presetRepositoryContract,
  quotaRepositoryContract,
  requestKeysContract,
  retentionRepositoryContract,
} from '@darkroom/domain/testing';
import { openStores } from './testing/open-stores.fixture.ts';

describe('Postgres', () => {
  describe('ImageRepository', () => imageRepositoryContract(openStores));
  describe('ImageQueries', () => imageQueriesContract(openStores));
  describe('CategoryRepository', () => categoryRepositoryContract(openStores));
  describe('PresetRepository', () => presetRepositoryContract(openStores));
  describe('MaintenanceQueries', () => maintenanceQueriesContract(openStores));
  describe('GarbageRepository', () => garbageRepositoryContract(openStores));
  describe('QuotaRepository', () => quotaRepositoryContract(openStores));
  describe('RequestKeys', () => requestKeysContract(openStores));
  describe('RetentionRepository', () => retentionRepositoryContract(openStores));
});
