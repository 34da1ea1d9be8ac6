import { isOwnKey, prefixes } from '@darkroom/domain';
import { forEach } from '../each.ts';
import type { Task } from '../task.ts';

/** Multipart uploads that were begun and neither completed nor aborted: their parts cost money and show nowhere. */
export const multipart: Task = async (context) => {
  const { services, report, now, ages, dryRun, signal } = context;
  const before = now.getTime() - ages.orphanMs;
  const uploads = await services.maintenance.listMultipart(prefixes.incoming, signal);
  const abandoned = uploads.filter(({ key, initiatedAt }) => isOwnKey(key) && initiatedAt.getTime() < before);
  await forEach(
    context,
    abandoned,
    ({ key }) => key,
    async (upload) => {
      if (!dryRun) await services.maintenance.abortMultipart(upload);
      report.did(dryRun ? 'abort' : 'aborted', upload.key);
    },
  );
};
