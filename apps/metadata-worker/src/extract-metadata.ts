import type { TaskOutcome, TaskRequest } from '@darkroom/domain';
import { dead, done, retry, skipped, type Handler } from '@darkroom/runtime';

export const metadataEvents = ['ImageUploaded', 'ImageReprocessRequested'] as const;

/** Turns an event into a run of the use case, and what came of it into what the consumer loop does next. */
export function extractMetadataHandler(
  extract: (request: Omit<TaskRequest, 'task'>) => Promise<TaskOutcome>,
): Handler<(typeof metadataEvents)[number]> {
  return async (event, { signal }) => {
    if (event.type === 'ImageReprocessRequested' && !event.data.tasks.includes('metadata')) {
      return skipped('metadata was not asked for');
    }
    const outcome = await extract({ imageId: event.imageId, imageSeq: event.imageSeq, signal });
    if (outcome.kind === 'busy') {
      return retry('another worker holds the image', { delayMs: outcome.forMs, spendsAttempt: false });
    }
    if (outcome.kind === 'exhausted')
      return dead(`${outcome.attempts} workers began it, and none finished it`);
    return outcome.kind === 'skipped' ? skipped(outcome.reason) : done();
  };
}
