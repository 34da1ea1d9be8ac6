import type { Task } from '../task.ts';

const batchSize = 500;

/** Objects that nothing points at any more and whose grace period has passed. */
export const garbage: Task = async ({ services, report, now, dryRun, signal }) => {
  for (;;) {
    if (signal.aborted || report.left === 0) {
      report.finished = false;
      return;
    }
    const due = await services.garbage.takeDue(now, Math.min(batchSize, report.left));
    const keys = due.map(({ key }) => key);
    if (!dryRun && keys.length > 0) {
      await services.maintenance.remove(keys);
      await services.garbage.settle(keys);
    }
    for (const key of keys) report.did(dryRun ? 'remove' : 'removed', key);
    if (keys.length < batchSize) return;
  }
};
