import type { PipelineState } from '@darkroom/adapter-postgres';
import type {
  AcceptUpload,
  CategoryRepository,
  DeadLetters,
  ImageQueries,
  ImageRepository,
  ImageViews,
  MaintenanceQueries,
  ObjectMaintenance,
  ObjectStore,
  PresetRepository,
  Quota,
  QuotaRepository,
  RequestKeys,
  TimelineLog,
  UrlSigner,
} from '@darkroom/domain';
import type { Clock } from '@darkroom/kernel';
import type { Logger } from '@darkroom/runtime';
import type { GroupLag } from '../kafka-lags.ts';
import type { LiveHub, TicketOffice } from './live/index.ts';
import type { WebhookApi } from './webhooks/index.ts';

/** What the routes of the API work with. */
export interface ApiDependencies extends WebhookApi {
  readonly images: ImageRepository;
  readonly queries: ImageQueries;
  readonly categories: CategoryRepository;
  readonly presets: PresetRepository;
  readonly quotas: QuotaRepository;
  readonly requests: RequestKeys;
  readonly deadLetters: DeadLetters;
  /** What the cleanup will take on. */
  readonly overdue: Pick<MaintenanceQueries, 'staleUploads' | 'stuckProcessing'>;
  readonly pipeline: () => Promise<PipelineState>;
  /** Of the groups that read there; none where events travel by Postgres. */
  readonly lagsOnKafka: () => Promise<readonly GroupLag[]>;
  readonly timelineLog: TimelineLog;
  readonly live: LiveHub;
  readonly tickets: TicketOffice;
  readonly objects: ObjectStore;
  readonly maintenance: ObjectMaintenance;
  readonly signer: UrlSigner;
  readonly accept: AcceptUpload;
  readonly views: ImageViews;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly uploadExpiryMs: number;
  readonly restoreMs: number;
  /** Of owners who have none of their own. */
  readonly quota: Quota;
}
