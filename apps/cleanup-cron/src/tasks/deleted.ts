import { forEach, forEachPage } from '../each.ts';
import type { Task } from '../task.ts';

/** Deleted images past the time in which they can be restored: objects first, then the row. */
export const deleted: Task = async (context) => {
  const { services, report, now, dryRun } = context;
  await forEachPage(
    context,
    (after, limit) => services.queries.purgeable(now, after, limit),
    ({ id }) => id,
    (page) =>
      forEach(
        context,
        page,
        ({ id }) => id,
        async ({ id }) => {
          if (dryRun) report.did('purge', id);
          else report.did(await services.purge(id), id);
        },
      ),
  );
};
