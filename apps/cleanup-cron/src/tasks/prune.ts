import type { Task, TaskContext } from '../task.ts';

const batchSize = 1_000;

/**
 * What grows with time and has served its purpose: timeline entries, keys of requests, counts of callers, webhooks, and
 * events that every group has read.
 */
export const prune: Task = async (context) => {
  const { services, now, ages } = context;
  const before = (ageMs: number) => new Date(now.getTime() - ageMs);
  await inBatches(context, 'timeline', (limit) =>
    services.retention.pruneTimeline(before(ages.timelineMs), limit),
  );
  await inBatches(context, 'webhooks', (limit) =>
    services.retention.pruneWebhooks(before(ages.webhookMs), limit),
  );
  await inBatches(context, 'request keys', (limit) => services.retention.pruneRequestKeys(now, limit));
  await inBatches(context, 'rate limits', (limit) => services.retention.pruneRateLimits(now, limit));
  await dropIdleGroups(context, before(ages.eventMs));
  await inBatches(context, 'events', (limit) => services.retention.pruneEvents(before(ages.eventMs), limit));
};

/** A group that nobody has read for as long as events are kept would keep them for ever. */
async function dropIdleGroups(
  { services, report, logger, dryRun }: TaskContext,
  before: Date,
): Promise<void> {
  if (dryRun) {
    report.plan.push(`drop groups unheard of since ${before.toISOString()}`);
    return;
  }
  for (const group of await services.retention.dropIdleGroups(before)) {
    report.count('groups dropped');
    logger.error({ group }, 'no member of this group has been heard for too long: its offsets are dropped');
  }
}

async function inBatches(
  { report, signal, dryRun }: TaskContext,
  what: string,
  removeUpTo: (limit: number) => Promise<number>,
): Promise<void> {
  if (dryRun) {
    report.plan.push(`prune ${what}`);
    return;
  }
  for (;;) {
    if (signal.aborted) {
      report.finished = false;
      return;
    }
    const removed = await removeUpTo(batchSize);
    report.count(what, removed);
    if (removed < batchSize) return;
  }
}
