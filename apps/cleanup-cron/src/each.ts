import { isAppError } from '@darkroom/kernel';
import type { TaskContext } from './task.ts';

const atOnce = 4;

/**
 * Runs `work` for each item, a few at once, until all are done, the report is full, or the task is told to stop: then
 * answers the first item that was not come to. An item that fails is a problem of the report and does not hold up the
 * others; an outage ends the task.
 */
export async function forEach<T>(
  { report, signal }: Pick<TaskContext, 'report' | 'signal'>,
  items: readonly T[],
  nameOf: (item: T) => string,
  work: (item: T) => Promise<void>,
): Promise<T | undefined> {
  for (let at = 0; at < items.length;) {
    if (signal.aborted || report.left === 0) {
      report.finished = false;
      return items[at];
    }
    const chunk = items.slice(at, at + Math.min(atOnce, report.left));
    at += chunk.length;
    const results = await Promise.allSettled(chunk.map(work));
    for (const [index, item] of chunk.entries()) {
      const result = results[index];
      if (result?.status !== 'rejected') continue;
      if (isAppError(result.reason, 'unavailable')) throw result.reason;
      report.problem(nameOf(item), result.reason);
    }
  }
  return undefined;
}

/**
 * Pages through a list that is read by the last item's mark, and gives each page to `work`, which answers the first item
 * that it did not come to. Stops there, or where `forEach` would, and answers the mark after which the next run goes on;
 * undefined at the end of the list.
 */
export async function forEachPage<T>(
  { report, signal }: Pick<TaskContext, 'report' | 'signal'>,
  read: (after: string | undefined, limit: number) => Promise<readonly T[]>,
  markOf: (item: T) => string,
  work: (page: readonly T[]) => Promise<T | undefined>,
  start?: string,
): Promise<string | undefined> {
  let after = start;
  for (;;) {
    if (signal.aborted || report.left === 0) {
      report.finished = false;
      return after;
    }
    const page = await read(after, pageSize);
    const unreached = await work(page);
    if (unreached !== undefined) {
      report.finished = false;
      const before = page[page.indexOf(unreached) - 1];
      return before === undefined ? after : markOf(before);
    }
    const last = page.at(-1);
    if (page.length < pageSize || last === undefined) return undefined;
    after = markOf(last);
  }
}

const pageSize = 200;
