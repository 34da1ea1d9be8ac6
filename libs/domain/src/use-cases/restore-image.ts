import type { ProcessingTask } from '@darkroom/contracts';
import { AppError, type Clock } from '@darkroom/kernel';
import { ChangeBuilder, type ImageChange } from '../model/image-change.ts';
import type { Image } from '../model/image.ts';
import { requestReprocess } from '../model/processing.ts';
import type { Quota } from '../model/quota.ts';
import type { ImageRepository } from '../ports/image-repository.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { changeImage, findImage, type OwnerScope } from './find-image.ts';

export interface RestoreDependencies {
  readonly images: Pick<ImageRepository, 'get' | 'update'>;
  readonly objects: Pick<ObjectStore, 'head'>;
  readonly clock: Clock;
  /** Of owners who have none of their own. */
  readonly quota: Quota;
}

/**
 * Brings a deleted image back as what it was, and has its variants built again. One that is not deleted is answered as it
 * is. Throws `not_found`, `conflict` with reason `not_restorable` once its time has passed or its original is gone, and
 * `forbidden` with reason `quota_exceeded` where its place has been taken since.
 */
export function restoreImage({ images, objects, clock, quota }: RestoreDependencies) {
  return async (id: string, scope: OwnerScope, signal?: AbortSignal): Promise<Image> => {
    const { originalKey } = await findImage(images, id, scope);
    const original = originalKey === null ? undefined : await objects.head(originalKey, signal);
    const decide = (image: Image): ImageChange | undefined => {
      if (image.status !== 'deleted') return undefined;
      const now = clock.now();
      const before = image.statusBeforeDelete;
      const inTime = image.purgeAfter !== null && image.purgeAfter > now;
      const whole = before !== 'completed' || (original !== undefined && original.key === image.originalKey);
      if (before === null || !inTime || !whole) {
        throw new AppError('conflict', 'The time in which this image could be restored has passed.', {
          reason: 'not_restorable',
        });
      }
      return restoration(image, before, now);
    };
    return changeImage(images, id, scope, decide, quota);
  };
}

/**
 * To be called after variants were removed: an image restored meanwhile may have had some built again under the same keys,
 * and they have gone with them.
 */
export async function rebuildIfRestored(
  images: Pick<ImageRepository, 'update'>,
  id: string,
  clock: Clock,
): Promise<void> {
  await images.update(id, (image) =>
    image.status === 'completed'
      ? requestReprocess(new ChangeBuilder(image, clock.now()), ['variants'], null).build()
      : undefined,
  );
}

function restoration(image: Image, status: Image['status'], now: Date): ImageChange {
  const change = new ChangeBuilder(image, now)
    .set({ status, statusBeforeDelete: null, deletedAt: null, purgeAfter: null })
    .emit('ImageUpdated', { fields: ['status'] })
    .note('restored');
  if (status !== 'completed') return change.build();
  const { metadata } = image.processing;
  const tasks: ProcessingTask[] = metadata.state === 'ready' ? ['variants'] : ['variants', 'metadata'];
  return requestReprocess(change, tasks, null).build();
}
