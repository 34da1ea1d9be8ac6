import type { BuildVariantsRequest, TaskOutcome } from '@darkroom/domain';
import { dead, done, retry, skipped, type Handler } from '@darkroom/runtime';

export const variantEvents = ['ImageUploaded', 'ImageReprocessRequested'] as const;

/** Turns an event into a run of the use case, and what came of it into what the consumer loop does next. */
export function buildVariantsHandler(
  build: (request: BuildVariantsRequest) => Promise<TaskOutcome>,
): Handler<(typeof variantEvents)[number]> {
  return async (event, { signal }) => {
    if (event.type === 'ImageReprocessRequested' && !event.data.tasks.includes('variants'))
      return skipped('variants were not asked for');
    const { imageId, imageSeq } = event;
    const outcome = await build({ imageId, imageSeq, signal });
    if (outcome.kind === 'busy') {
      return retry('another worker holds the image', { delayMs: outcome.forMs, spendsAttempt: false });
    }
    if (outcome.kind === 'exhausted')
      return dead(`${outcome.attempts} workers began it, and none finished it`);
    return outcome.kind === 'skipped' ? skipped(outcome.reason) : done();
  };
}
