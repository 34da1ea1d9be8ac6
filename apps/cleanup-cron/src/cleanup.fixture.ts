import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fixturePath } from '@darkroom/adapter-image/fixtures';
import { openPostgres, type Postgres } from '@darkroom/adapter-postgres';
import { ensureBucket, openS3, type S3 } from '@darkroom/adapter-s3';
import { variantKey, defaultPresets, type Image, type Variant } from '@darkroom/domain';
import { acceptedImage, changeOf, sampleImage } from '@darkroom/domain/testing';
import { createLogger, Lifecycle, loadConfig, type Logger } from '@darkroom/runtime';
import { agesOf, configSchema, type Ages } from './config.ts';
import { openServices } from './container.ts';
import { runTasks, type RunOptions, type TaskName } from './run-tasks.ts';
import type { TaskReport } from './task-report.ts';
import type { Services } from './task.ts';

export interface Places {
  readonly s3: {
    readonly bucket: string;
    readonly region: string;
    readonly endpoint: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  readonly databaseUrl: string;
}

export const photo: Uint8Array = readFileSync(fixturePath('tiny.png'));
const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

/** The cleanup's own services on a real store and database, and what tests prepare with. */
export class CleanupKit {
  readonly services: Services;
  readonly postgres: Postgres;
  readonly s3: S3;
  readonly ages: Ages;
  readonly environment: Readonly<Record<string, string>>;
  readonly #logger: Logger;
  readonly #lifecycle: Lifecycle;

  constructor(parts: {
    services: Services;
    postgres: Postgres;
    s3: S3;
    ages: Ages;
    environment: Readonly<Record<string, string>>;
    logger: Logger;
    lifecycle: Lifecycle;
  }) {
    this.services = parts.services;
    this.postgres = parts.postgres;
    this.s3 = parts.s3;
    this.ages = parts.ages;
    this.environment = parts.environment;
    this.#logger = parts.logger;
    this.#lifecycle = parts.lifecycle;
  }

  /** Runs one task as if it were `ahead` milliseconds later than now. */
  async run(name: TaskName, ahead = 0, changes: Partial<RunOptions> = {}): Promise<TaskReport> {
    const [report] = await runTasks({
      services: this.services,
      ages: this.ages,
      names: [name],
      dryRun: false,
      force: false,
      limit: 1_000,
      signal: new AbortController().signal,
      logger: this.#logger,
      now: new Date(Date.now() + ahead),
      ...changes,
    });
    if (report === undefined) throw new TypeError('one task gives one report');
    return report;
  }

  /** A row that waits for its upload. */
  async waiting(fields: Partial<Image> = {}): Promise<Image> {
    const createdAt = fields.createdAt ?? new Date();
    const image = sampleImage({
      createdAt,
      updatedAt: createdAt,
      declared: { contentType: 'image/png', size: photo.byteLength, sha256: null },
      policyExpiresAt: new Date(createdAt.getTime() + 15 * minute),
      ...fields,
    });
    await this.postgres.images.insert(changeOf(image));
    return image;
  }

  /** A completed image with its original and one variant in the store. */
  async completed(fields: Partial<Image> = {}): Promise<Image> {
    const createdAt = new Date();
    const bare = acceptedImage({ createdAt, updatedAt: createdAt, imageSeq: 1, ...fields });
    const variants = fields.variants ?? [await this.variantOf(bare)];
    const image = { ...bare, variants };
    await this.postgres.images.insert(changeOf(image));
    if (image.originalKey !== null) await this.put(image.originalKey);
    for (const { key } of variants) await this.put(key);
    return image;
  }

  async variantOf(image: Image): Promise<Variant> {
    const [preset] = defaultPresets;
    if (preset === undefined || image.originalKey === null) throw new TypeError('a preset and an original');
    const key = variantKey(image, image.originalKey, preset, 'public');
    return { name: preset.name, key, width: 1, height: 1, size: 1, contentType: 'image/webp' };
  }

  async put(key: string, body: Uint8Array = photo): Promise<string> {
    await this.s3.objects.put(key, body, { contentType: 'image/png' });
    return key;
  }

  async row({ id }: Pick<Image, 'id'>): Promise<Image | undefined> {
    return this.postgres.images.get(id);
  }

  async keys(prefix = ''): Promise<string[]> {
    return (await this.s3.maintenance.list(prefix, undefined, 10_000)).map(({ key }) => key);
  }

  async events({ id }: Pick<Image, 'id'>): Promise<string[]> {
    const { rows } = await this.postgres.db.run((knex) =>
      knex.raw<{ rows: { type: string }[] }>(
        'select type from event_log where image_id = ? and type is not null order by image_seq',
        [id],
      ),
    );
    return rows.map(({ type }) => type);
  }

  async close(): Promise<void> {
    await this.#lifecycle.shutdown(5_000);
  }
}

export async function openCleanupKit({ s3: at, databaseUrl }: Places): Promise<CleanupKit> {
  await ensureBucket(at, true);
  const environment = {
    DATABASE_URL: databaseUrl,
    S3_BUCKET: at.bucket,
    S3_ENDPOINT: at.endpoint,
    AWS_REGION: at.region,
    AWS_ACCESS_KEY_ID: at.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: at.credentials.secretAccessKey,
    SCRATCH_DIR: join(tmpdir(), `darkroom-cleanup-${randomUUID()}`),
  };
  const config = loadConfig(configSchema, environment);
  const logger = createLogger({ name: 'cleanup-cron', level: 'silent' });
  const lifecycle = new Lifecycle(logger);
  const services = await openServices(config, logger, lifecycle);
  const postgres = openPostgres(config, { applicationName: 'cleanup-test', onError: () => undefined });
  lifecycle.acquire('postgres of the test', () => postgres.close());
  const s3 = openS3(at);
  lifecycle.acquire('s3 of the test', () => s3.close());
  return new CleanupKit({ services, postgres, s3, ages: agesOf(config), environment, logger, lifecycle });
}
