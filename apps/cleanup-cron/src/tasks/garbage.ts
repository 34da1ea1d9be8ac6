import type { Task, TaskContext } from '../task.ts';

const batchSize = 500;

/** Objects that nothing points at any more and whose grace period has passed. */
export const garbage: Task = async (context) => {
  const { services, report, now, dryRun, signal } = context;
  if (dryRun) {
    await plan(context);
    return;
  }
  for (;;) {
    if (signal.aborted || report.left === 0) {
      report.finished = false;
      return;
    }
    const due = await services.garbage.takeDue(now, Math.min(batchSize, report.left));
    const keys = due.map(({ key }) => key);
    if (keys.length > 0) {
      await services.maintenance.remove(keys);
      await services.garbage.settle(keys);
    }
    for (const key of keys) report.did('removed', key);
    if (keys.length < batchSize) return;
  }
};

/** Taking is a change: who takes a key keeps others, and results of workers, off it for a minute. */
async function plan({ services, report, now }: TaskContext): Promise<void> {
  const due = await services.garbage.listDue(now, report.left);
  for (const { key } of due) report.did('remove', key);
  if (report.left === 0) report.finished = false;
}
