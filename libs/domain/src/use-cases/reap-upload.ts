import type { AcceptOutcome } from './accept-outcome.ts';
import type { AcceptUpload } from './accept-upload.ts';
import { refuseUpload, type RejectDependencies } from './reject-image.ts';

export interface ReapDependencies extends Pick<RejectDependencies, 'images' | 'clock'> {
  readonly accept: AcceptUpload;
}

/**
 * Ends an upload that never came: after one more look at the store, which accepts one that did, it fails with
 * `upload_expired`. To be called only once its policy has run out; what arrives after that is removed.
 */
export function reapUpload({ images, clock, accept }: ReapDependencies) {
  return async (imageId: string): Promise<AcceptOutcome> => {
    const outcome = await accept({ imageId });
    if (outcome.kind !== 'absent') return outcome;
    const refusal = { code: 'upload_expired', detail: 'nothing arrived while the upload was open' } as const;
    const after = await images.update(imageId, (image) => refuseUpload(image, refusal, clock.now()));
    if (after === undefined) return { kind: 'unknown' };
    const { failureCode: code } = after;
    return code === null ? { kind: 'settled', image: after } : { kind: 'rejected', image: after, code };
  };
}
