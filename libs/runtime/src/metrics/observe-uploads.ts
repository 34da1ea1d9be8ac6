import { failureCodes, type FailureCode, type ProcessingTask, type TimelineType } from '@darkroom/contracts';
import type { Metrics } from './metrics.ts';

/** What of a committed change of an image tells how far it has come. */
export interface ObservedChange {
  readonly image: {
    readonly id: string;
    readonly failureCode: FailureCode | null;
    readonly processing: Readonly<Record<ProcessingTask, { readonly state: string }>>;
  };
  readonly timeline: readonly { readonly type: TimelineType; readonly at: Date }[];
}

const stages = ['presigned', 'stored', 'accepted', 'rejected', 'ready', 'failed'] as const;

/**
 * Counts the stages that uploads reach by the changes that are committed here. `storedAt` answers when S3 had the file of
 * an image that is made ready for the first time, and undefined of others; where it fails, that upload is not counted.
 */
export function observeUploads(
  metrics: Metrics,
  storedAt: (imageId: string) => Promise<Date | undefined>,
): (change: ObservedChange) => void {
  for (const stage of stages) metrics.count('darkroom_upload_stages_total', { stage }, 0);
  for (const code of failureCodes) metrics.count('darkroom_upload_rejections_total', { code }, 0);
  metrics.zero('darkroom_upload_ready_seconds', {});
  const reached = (stage: (typeof stages)[number]) =>
    metrics.count('darkroom_upload_stages_total', { stage });
  return ({ image, timeline }) => {
    for (const { type } of timeline) {
      if (type === 'presigned' || type === 'stored' || type === 'accepted') reached(type);
      if (type === 'processing_failed') reached('failed');
      if (type === 'rejected') {
        reached('rejected');
        if (image.failureCode !== null) {
          metrics.count('darkroom_upload_rejections_total', { code: image.failureCode });
        }
      }
    }
    const last = timeline.find(({ type }) => type === 'variants_ready' || type === 'metadata_ready');
    if (last === undefined || !Object.values(image.processing).every(({ state }) => state === 'ready'))
      return;
    storedAt(image.id).then(
      (from) => {
        if (from === undefined) return;
        reached('ready');
        const seconds = Math.max(0, last.at.getTime() - from.getTime()) / 1_000;
        metrics.observe('darkroom_upload_ready_seconds', {}, seconds);
      },
      () => undefined,
    );
  };
}
