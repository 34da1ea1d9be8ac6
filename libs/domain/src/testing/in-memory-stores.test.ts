import { imageQueriesContract } from './image-queries.contract.ts';
import { imageRepositoryContract } from './image-repository.contract.ts';
import { inMemoryStores } from './in-memory-stores.ts';
import {
  garbageRepositoryContract,
  maintenanceQueriesContract,
  retentionRepositoryContract,
} from './maintenance.contract.ts';
import { quotaRepositoryContract, requestKeysContract } from './limits.contract.ts';
import { categoryRepositoryContract, presetRepositoryContract } from './settings.contract.ts';

const open = async () => inMemoryStores();

describe('in memory', () => {
  describe('ImageRepository', () => imageRepositoryContract(open));
  describe('ImageQueries', () => imageQueriesContract(open));
  describe('CategoryRepository', () => categoryRepositoryContract(open));
  describe('PresetRepository', () => presetRepositoryContract(open));
  describe('MaintenanceQueries', () => maintenanceQueriesContract(open));
  describe('GarbageRepository', () => garbageRepositoryContract(open));
  describe('QuotaRepository', () => quotaRepositoryContract(open));
  describe('RequestKeys', () => requestKeysContract(open));
  describe('RetentionRepository', () => retentionRepositoryContract(open));
});
