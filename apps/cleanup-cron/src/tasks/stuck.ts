import { processingTasks, type ProcessingTask } from '@darkroom/contracts';
import type { Image } from '@darkroom/domain';
import { forEach, forEachPage } from '../each.ts';
import type { Task } from '../task.ts';

/**
 * Images whose processing stands still: no holder, and nothing happened to the row for long. Asks for the open tasks again;
 * workers that find the earlier request skip it as overtaken.
 */
export const stuck: Task = async (context) => {
  const { services, report, now, ages, dryRun } = context;
  const before = new Date(now.getTime() - ages.stuckMs);
  const choose = (image: Image) => openTasks(image, before, now);
  await forEachPage(
    context,
    (after, limit) => services.queries.stuckProcessing(before, after, limit),
    ({ id }) => id,
    (page) =>
      forEach(
        context,
        page,
        ({ id }) => id,
        async (image) => {
          const asked = dryRun ? choose(image) : await services.reprocess(image.id, choose);
          if (asked.length > 0) report.did('reprocess', `${image.id} (${asked.join(', ')})`);
          else report.count('held');
        },
      ),
  );
};

function openTasks({ processing, updatedAt }: Image, before: Date, now: Date): readonly ProcessingTask[] {
  if (updatedAt >= before) return [];
  return processingTasks.filter((task) => {
    const { state, lease } = processing[task];
    return (state === 'pending' || state === 'running') && (lease === null || lease.expiresAt <= now);
  });
}
