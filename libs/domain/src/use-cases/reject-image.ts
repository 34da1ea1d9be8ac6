import type { FailureCode } from '@darkroom/contracts';
import type { Clock } from '@darkroom/kernel';
import { ChangeBuilder, type ImageChange } from '../model/image-change.ts';
import type { Image, TaskState } from '../model/image.ts';
import type { ImageRepository } from '../ports/image-repository.ts';
import type { ObjectMaintenance } from '../ports/object-maintenance.ts';
import type { Refusal } from './verify-upload.ts';

export interface RejectDependencies {
  readonly images: ImageRepository;
  readonly maintenance: ObjectMaintenance;
  readonly clock: Clock;
}

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
 * step is thrown and may be repeated, or left to the cleanup. Changes nothing where the image is no longer completed.
 */
export function rejectLate({ images, maintenance, clock }: RejectDependencies) {
  return async (imageId: string, code: FailureCode, detail = ''): Promise<void> => {
    let objects: string[] = [];
    await images.update(imageId, (image) => {
      objects = [];
      if (image.status !== 'completed') return undefined;
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
        .discard(objects, 0)
        .build();
    });
    await maintenance.remove(objects);
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
