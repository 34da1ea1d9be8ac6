import type { FailureCode, ProcessingTask } from '@darkroom/contracts';
import type {
  AcceptOutcome,
  AcceptUpload,
  CategoryRepository,
  GarbageRepository,
  Image,
  ImageRepository,
  MaintenanceQueries,
  MoveOutcome,
  ObjectMaintenance,
  ObjectStore,
  PurgeOutcome,
  RetentionRepository,
} from '@darkroom/domain';
import type { Logger } from '@darkroom/runtime';
import type { Ages } from './config.ts';
import type { TaskReport } from './task-report.ts';

/** What tasks may use. */
export interface Services {
  readonly images: ImageRepository;
  readonly queries: MaintenanceQueries;
  readonly garbage: GarbageRepository;
  readonly retention: RetentionRepository;
  /** Where the counts of a run are kept for those who serve metrics. */
  readonly recordRun: (
    task: string,
    counts: Readonly<Record<string, number>>,
    succeededAt: Date | undefined,
  ) => Promise<void>;
  readonly objects: ObjectStore;
  readonly maintenance: ObjectMaintenance;
  readonly accept: AcceptUpload;
  readonly reap: (imageId: string) => Promise<AcceptOutcome>;
  readonly purge: (imageId: string) => Promise<PurgeOutcome>;
  readonly reject: (imageId: string, code: FailureCode, detail: string) => Promise<unknown>;
  readonly categories: Pick<CategoryRepository, 'list'>;
  readonly moveVariants: (imageId: string, signal?: AbortSignal) => Promise<MoveOutcome>;
  readonly reprocess: (
    imageId: string,
    choose: (image: Image) => readonly ProcessingTask[],
  ) => Promise<readonly ProcessingTask[]>;
}

export interface TaskContext {
  readonly services: Services;
  readonly ages: Ages;
  readonly report: TaskReport;
  /** When the run began. */
  readonly now: Date;
  /** Only the plan: nothing is changed. */
  readonly dryRun: boolean;
  /** Repairs even where nearly nothing fits together: the operator has looked. */
  readonly force: boolean;
  /** Fires at SIGTERM and when the time is up: tasks stop after what they have in hand. */
  readonly signal: AbortSignal;
  readonly logger: Logger;
}

/** One thing to put right. Safe to be repeated, to be stopped anywhere, and to run twice at once. */
export type Task = (context: TaskContext) => Promise<void>;
