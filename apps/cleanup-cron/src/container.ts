import { openInspector } from '@darkroom/adapter-inspector';
import { SharpImageEngine } from '@darkroom/adapter-image';
import { openPostgres } from '@darkroom/adapter-postgres';
import { openS3, s3SettingsOf } from '@darkroom/adapter-s3';
import {
  acceptUpload,
  moveVariants,
  purgeImage,
  reapUpload,
  rejectLate,
  reprocessImage,
} from '@darkroom/domain';
import { systemClock } from '@darkroom/kernel';
import { openScratch, type Lifecycle, type Logger } from '@darkroom/runtime';
import type { Config } from './config.ts';
import type { Services } from './task.ts';

/** Makes the clients; everything is released through the lifecycle. */
export async function openServices(config: Config, logger: Logger, lifecycle: Lifecycle): Promise<Services> {
  const postgres = openPostgres(config, {
    applicationName: 'cleanup-cron',
    onError: (err, doing) => logger.warn({ err, doing }, 'went wrong, and is tried again'),
  });
  lifecycle.acquire('postgres', () => postgres.close());
  const s3 = openS3(s3SettingsOf(config));
  lifecycle.acquire('s3', () => s3.close());
  const engine = new SharpImageEngine();
  lifecycle.acquire('image engine', () => engine.close());
  const scratch = await openScratch(config.SCRATCH_DIR);
  lifecycle.acquire('scratch folder', () => scratch.close());

  const { objects, maintenance } = s3;
  const shared = { images: postgres.images, maintenance, clock: systemClock };
  const accept = acceptUpload({
    ...shared,
    categories: postgres.categories,
    objects,
    imageInspector: engine,
    uploadInspector: openInspector(config, s3.signer),
    scratch,
  });
  return {
    images: postgres.images,
    queries: postgres.maintenance,
    garbage: postgres.garbage,
    retention: postgres.retention,
    recordRun: (...run) => postgres.monitor.recordCleanup(...run),
    objects,
    maintenance,
    accept,
    reap: reapUpload({ ...shared, accept }),
    purge: purgeImage(shared),
    reject: rejectLate(shared),
    categories: postgres.categories,
    moveVariants: moveVariants({ ...shared, categories: postgres.categories, objects }),
    reprocess: reprocessImage(shared),
  };
}
