import type { FailureCode } from '@darkroom/contracts';
import type { Clock } from '@darkroom/kernel';
import { ChangeBuilder, type ImageChange } from '../model/image-change.ts';
import type { Image, TaskState } from '../model/image.ts';
import { holdsClaim, type Claim } from '../model/processing.ts';
import type { ImageRepository } from '../ports/image-repository.ts';
import type { ObjectMaintenance } from '../ports/object-maintenance.ts';
import type { Refusal } from './verify-upload.ts';

export interface RejectDependencies {
  readonly images: ImageRepository;
  readonly maintenance: ObjectMaintenance;
  readonly clock: Clock;
}

const lostGraceMs = 7 * 24 * 60 * 60_000;

/** The change that refuses an upload which has not been accepted yet; undefined where it is settled already. */
export function refuseUpload(image: Image, { code, detail }: Refusal, now: Date): ImageChange | undefined {
  if (image.status !== 'pending' && image.status !== 'uploading') return undefined;
  return new ChangeBuilder(image, now)
    .set({ status: 'failed', failureCode: code })
    .note('rejected', { code, detail })
    .emit('ImageRejected', { code })
    .build();
}

/**
 * Ends an accepted image whose file turned out to be unusable (`undecodable`, by the variant worker) or is gone
 * (`object_lost`, by the cleanup): status `failed`, `ImageRejected`, and what was promoted taken away. The row lets go of
 * its objects in the same transaction that hands them to the cleanup, then they are removed; a failure of that last
 * step is thrown and may be repeated, or left to the cleanup. What is left of a lost one stays for a week: it may turn out
 * that the cleanup looked in the wrong place. Changes nothing, and answers false, where the image is no longer completed,
 * or where `claim` is given and no longer stands: another worker may have found the file sound.
 */
export function rejectLate({ images, maintenance, clock }: RejectDependencies) {
  return async (imageId: string, code: FailureCode, detail = '', claim?: Claim): Promise<boolean> => {
    let objects: string[] = [];
    let rejected = false;
    const lost = code === 'object_lost';
    await images.update(imageId, (image) => {
      objects = [];
      rejected = claim === undefined ? image.status === 'completed' : holdsClaim(image, claim);
      if (!rejected) return undefined;
      objects = objectsOf(image);
      const { variants, metadata } = image.processing;
      return new ChangeBuilder(image, clock.now())
        .set({
          status: 'failed',
          failureCode: code,
          originalKey: null,
          variants: [],
          processing: { variants: stopped(variants, code), metadata: stopped(metadata, code) },
        })
        .note('rejected', { code, detail })
        .emit('ImageRejected', { code })
        .discard(objects, lost ? lostGraceMs : 0)
        .build();
    });
    if (!lost) await maintenance.remove(objects);
    return rejected;
  };
}

/** Every object that the row points at. */
export function objectsOf(image: Image): string[] {
  const original = image.originalKey === null ? [] : [image.originalKey];
  return [...original, ...image.variants.map(({ key }) => key)];
}

/** No worker may write any more: the lease is taken back. */
function stopped(state: TaskState, code: FailureCode): TaskState {
  return { ...state, state: state.state === 'ready' ? 'ready' : 'failed', error: code, lease: null };
}
