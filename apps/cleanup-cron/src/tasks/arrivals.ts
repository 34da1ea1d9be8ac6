import { prefixes } from '@darkroom/domain';
import { forEach, forEachPage } from '../each.ts';
import type { Task } from '../task.ts';

/** Uploads whose notification was lost: accepts what has lain in `incoming/` for longer than a notification takes. */
export const arrivals: Task = async (context) => {
  const { services, report, now, ages, dryRun, signal } = context;
  const before = now.getTime() - ages.arrivalMs;
  await forEachPage(
    context,
    (after, limit) => services.maintenance.list(prefixes.incoming, after, limit, signal),
    ({ key }) => key,
    async (page) => {
      const waiting = page.filter(({ lastModified }) => lastModified.getTime() < before);
      return forEach(
        context,
        waiting,
        ({ key }) => key,
        async ({ key }) => {
          if (dryRun) {
            report.did('accept', key);
            return;
          }
          const outcome = await services.accept({ key });
          if (outcome.kind === 'unknown') report.count('unknown');
          else report.did(outcome.kind, key);
        },
      );
    },
  );
};
