import { forEach, forEachPage } from '../each.ts';
import type { Task } from '../task.ts';

/**
 * Far longer than moving takes, and than a worker may still write by what it read before the change. What is found later
 * than that is the reconciliation's.
 */
const lookForMs = 3 * 24 * 60 * 60_000;

/** Variants that lie where the visibility of their category, which has changed, does not want them. */
export const visibility: Task = async (context) => {
  const { services, report, now, dryRun, signal } = context;
  const since = new Date(now.getTime() - lookForMs);
  await forEachPage(
    context,
    (after, limit) => services.queries.misplaced(since, after, limit),
    ({ id }) => id,
    (page) =>
      forEach(
        context,
        page,
        ({ id }) => id,
        async ({ id }) => report.did(dryRun ? 'move' : await services.moveVariants(id, signal), id),
      ),
  );
};
