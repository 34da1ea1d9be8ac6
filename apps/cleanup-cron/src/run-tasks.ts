import { inSpan } from '@darkroom/kernel';
import type { Logger } from '@darkroom/runtime';
import type { Ages } from './config.ts';
import { TaskReport } from './task-report.ts';
import type { Services, Task } from './task.ts';
import { arrivals } from './tasks/arrivals.ts';
import { deleted } from './tasks/deleted.ts';
import { garbage } from './tasks/garbage.ts';
import { multipart } from './tasks/multipart.ts';
import { orphans } from './tasks/orphans.ts';
import { prune } from './tasks/prune.ts';
import { reconcile } from './tasks/reconcile.ts';
import { stuck } from './tasks/stuck.ts';
import { visibility } from './tasks/visibility.ts';

/** All tasks, in the order in which they run. */
export const tasks = {
  arrivals,
  orphans,
  stuck,
  visibility,
  deleted,
  garbage,
  multipart,
  reconcile,
  prune,
} as const;
export type TaskName = keyof typeof tasks;
export const taskNames = Object.keys(tasks) as TaskName[];

export interface RunOptions {
  readonly services: Services;
  readonly ages: Ages;
  readonly names: readonly TaskName[];
  readonly dryRun: boolean;
  readonly force: boolean;
  /** How many things each task may do. */
  readonly limit: number;
  readonly signal: AbortSignal;
  readonly logger: Logger;
  readonly now?: Date;
}

/** Where the counts cannot be kept, the work was done all the same. */
async function record(
  { services, logger }: RunOptions,
  { task, counts, problems }: TaskReport,
): Promise<void> {
  try {
    await services.recordRun(task, counts, problems.length === 0 ? new Date() : undefined);
  } catch (error) {
    logger.warn({ err: error, task }, 'could not keep the counts of this run');
  }
}

/** Runs the tasks one after another. One that fails says so in its report, and the next one is tried all the same. */
export async function runTasks(options: RunOptions): Promise<readonly TaskReport[]> {
  const { services, ages, names, dryRun, force, limit, signal, logger, now = new Date() } = options;
  const reports: TaskReport[] = [];
  for (const name of taskNames.filter((task) => names.includes(task))) {
    const report = new TaskReport(name, limit, dryRun);
    reports.push(report);
    if (signal.aborted) {
      report.finished = false;
      continue;
    }
    const task: Task = tasks[name];
    try {
      const span = { parent: null, attributes: { 'darkroom.cleanup.task': name } };
      await inSpan(`cleanup ${name}`, span, () =>
        task({ services, ages, report, now, dryRun, force, signal, logger }),
      );
    } catch (error) {
      report.finished = false;
      if (!signal.aborted) {
        report.problem(name, error);
        logger.error({ err: error, task: name }, 'the task failed');
      }
    }
    const { counts, finished, problems } = report;
    if (!dryRun) await record(options, report);
    logger.debug({ task: name, counts, finished, problems: problems.length }, 'task done');
  }
  return reports;
}
