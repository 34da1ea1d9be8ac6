import { isOwnKey, prefixes } from '@darkroom/domain';
import { forEach, forEachPage } from '../each.ts';
import type { Task, TaskContext } from '../task.ts';

/** Uploads that never came, and what lies in `incoming/` without an image. */
export const orphans: Task = async (context) => {
  await context.services.maintenance.list(prefixes.incoming, undefined, 1); // throws where there is no bucket to look in
  await reapUploads(context);
  await removeStrays(context);
};

async function reapUploads(context: TaskContext): Promise<void> {
  const { services, report, now, ages, dryRun } = context;
  const before = new Date(now.getTime() - ages.orphanMs);
  await forEachPage(
    context,
    (after, limit) => services.queries.staleUploads(before, after, limit),
    ({ id }) => id,
    (page) =>
      forEach(
        context,
        page,
        ({ id }) => id,
        async ({ id, policyExpiresAt }) => {
          if (policyExpiresAt !== null && policyExpiresAt > now) report.count('still_open');
          else if (dryRun) report.did('reap', id);
          else report.did((await services.reap(id)).kind, id);
        },
      ),
  );
}

async function removeStrays(context: TaskContext): Promise<void> {
  const { services, report, now, ages, dryRun, signal } = context;
  const before = now.getTime() - ages.orphanMs;
  await forEachPage(
    context,
    (after, limit) => services.maintenance.list(prefixes.incoming, after, limit, signal),
    ({ key }) => key,
    async (page) => {
      const old = page.filter(({ lastModified }) => lastModified.getTime() < before);
      const known = await services.queries.knownKeys(old.map(({ key }) => key));
      const strays = old.filter(({ key }) => !known.has(key));
      const own = strays.filter(({ key }) => isOwnKey(key));
      report.count('foreign', strays.length - own.length);
      const unreached = own[report.left];
      const keys = own.slice(0, report.left).map(({ key }) => key);
      if (!dryRun) await services.maintenance.remove(keys);
      for (const key of keys) report.did(dryRun ? 'remove' : 'removed', key);
      return unreached;
    },
  );
}
