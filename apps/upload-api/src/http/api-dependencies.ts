import type {
  AcceptUpload,
  CategoryRepository,
  ImageQueries,
  ImageRepository,
  ImageViews,
  ObjectMaintenance,
  ObjectStore,
  PresetRepository,
  UrlSigner,
} from '@darkroom/domain';
import type { Clock } from '@darkroom/kernel';
import type { Logger } from '@darkroom/runtime';

/** What the routes of the API work with. */
export interface ApiDependencies {
  readonly images: ImageRepository;
  readonly queries: ImageQueries;
  readonly categories: CategoryRepository;
  readonly presets: PresetRepository;
  readonly objects: ObjectStore;
  readonly maintenance: ObjectMaintenance;
  readonly signer: UrlSigner;
  readonly accept: AcceptUpload;
  readonly views: ImageViews;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly uploadExpiryMs: number;
  readonly restoreMs: number;
}
