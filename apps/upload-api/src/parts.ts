import type { KafkaMonitor } from '@darkroom/adapter-kafka';
import type { Postgres } from '@darkroom/adapter-postgres';
import type { S3 } from '@darkroom/adapter-s3';
import type { AcceptUpload } from '@darkroom/domain';
import type { Lifecycle, Logger, Metrics } from '@darkroom/runtime';
import type { Config } from './config.ts';
import type { LagGauges } from './monitoring.ts';

/** What the roles of a process are made of. */
export interface Parts {
  readonly config: Config;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly lags: LagGauges;
  readonly lifecycle: Lifecycle;
  readonly stopWith: (error: Error) => void;
  readonly postgres: Postgres;
  readonly s3: S3;
  readonly accept: AcceptUpload;
  /** Undefined where events travel by Postgres. */
  readonly kafka: KafkaMonitor | undefined;
}
