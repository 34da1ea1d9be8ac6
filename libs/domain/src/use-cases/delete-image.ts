import type { Clock } from '@darkroom/kernel';
import { expectVersion, type ExpectedVersions } from '../model/expected-versions.ts';
import { ChangeBuilder, type ImageChange } from '../model/image-change.ts';
import type { Image } from '../model/image.ts';
import { withTask } from '../model/processing.ts';
import type { ImageRepository } from '../ports/image-repository.ts';
import type { ObjectMaintenance } from '../ports/object-maintenance.ts';
import { changeImage, type OwnerScope } from './find-image.ts';
import { objectsOf } from './reject-image.ts';
import { rebuildIfRestored } from './restore-image.ts';

export interface DeleteDependencies {
  readonly images: Pick<ImageRepository, 'update'>;
  readonly maintenance: Pick<ObjectMaintenance, 'remove'>;
  readonly clock: Clock;
  /** How long a deleted image can be restored, in milliseconds. */
  readonly restoreMs: number;
}

export interface DeleteOutcome {
  /** Why objects could not be removed at once; undefined where they were. The cleanup removes them. */
  readonly leftBehind: unknown;
}

/**
 * Deletes an image. Its variants go at once: the transaction hands what the row pointed at to the cleanup, and they are
 * removed right after it. The original stays, private as ever, until the time to restore the image is over; deleted for
 * good (`permanent`) it goes too, with all that describes it, and a tombstone stays until the cleanup has swept once more.
 *
 * A worker's lease stays on the row: its result is refused from now on, and the cleanup waits until the lease has run
 * out. Repeated calls change nothing, except that a deleted image can still be deleted for good; so a call whose answer was
 * lost may be repeated with the version that it expected. Throws `not_found`, and `precondition_failed`.
 */
export function deleteImage({ images, maintenance, clock, restoreMs }: DeleteDependencies) {
  return async (
    id: string,
    scope: OwnerScope,
    { permanent, expected }: { readonly permanent: boolean; readonly expected?: ExpectedVersions },
  ): Promise<DeleteOutcome> => {
    let unwanted: readonly string[] = [];
    await changeImage(images, id, scope, (image) => {
      unwanted = permanent ? [...objectsOf(image), image.incomingKey] : image.variants.map(({ key }) => key);
      if (image.status === 'deleted' && !permanent) return undefined;
      expectVersion(image, expected);
      return deletion(image, permanent, unwanted, clock.now(), restoreMs);
    });
    if (unwanted.length === 0) return { leftBehind: undefined };
    try {
      await maintenance.remove(unwanted);
    } catch (error) {
      return { leftBehind: error };
    }
    await rebuildIfRestored(images, id, clock);
    return { leftBehind: undefined };
  };
}

function deletion(
  image: Image,
  permanent: boolean,
  unwanted: readonly string[],
  now: Date,
  restoreMs: number,
): ImageChange {
  const change = new ChangeBuilder(image, now)
    .set({
      status: 'deleted',
      statusBeforeDelete: permanent ? null : image.status,
      deletedAt: image.deletedAt ?? now,
      purgeAfter: permanent ? now : new Date(now.getTime() + restoreMs),
      variants: [],
      ...withTask(image, 'variants', { state: 'pending', attempts: 0, error: null }),
    })
    .discard(unwanted, 0)
    .emit('ImageDeleted', { permanent, keys: [...unwanted] })
    .note('deleted', { permanent });
  return (permanent ? change.set(erased) : change).build();
}

/** What tells of a person. The row that is left says only that there was an image. */
const erased: Partial<Image> = {
  originalKey: null,
  originalFilename: '',
  title: '',
  description: '',
  altText: '',
  tags: [],
  sha256: null,
  placeholder: null,
  dominantColor: null,
  perceptualHash: null,
  metadata: null,
  gps: null,
};
