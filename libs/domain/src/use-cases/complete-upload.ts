import type { Description } from '@darkroom/contracts';
import { AppError, type Clock } from '@darkroom/kernel';
import { ChangeBuilder, type ImageChange } from '../model/image-change.ts';
import type { Image } from '../model/image.ts';
import type { ImageRepository } from '../ports/image-repository.ts';
import type { AcceptUpload } from './accept-upload.ts';

export interface CompleteDependencies {
  readonly images: ImageRepository;
  readonly accept: AcceptUpload;
  readonly clock: Clock;
}

/**
 * The client says that it has sent the file, and describes it. Runs the acceptance where the notification has not, so it
 * may come before it, after it, or instead of it. The first call describes the image; a repeated one answers the image
 * as it is. Throws `not_found` for an image that is not there or deleted, `conflict` with reason `object_missing` while
 * nothing is in the store, and `unprocessable` with the failure code as its reason where the upload was refused.
 */
export function completeUpload(deps: CompleteDependencies) {
  return async (imageId: string, description: Description, signal?: AbortSignal): Promise<Image> => {
    const image = await deps.images.get(imageId);
    if (image?.status !== 'completed') {
      const outcome = await deps.accept({ imageId }, signal === undefined ? {} : { signal });
      if (outcome.kind === 'unknown' || outcome.image.status === 'deleted') throw notFound();
      if (outcome.kind === 'absent') {
        throw new AppError('conflict', 'Nothing has arrived in the store for this image yet.', {
          reason: 'object_missing',
        });
      }
      if (outcome.kind === 'rejected') throw refused(outcome.code);
    }
    return describe(deps, imageId, description);
  };
}

/** Describes the image once, looking at the row under its lock. */
async function describe(
  { images, clock }: CompleteDependencies,
  imageId: string,
  description: Description,
): Promise<Image> {
  const image = await images.update(imageId, (row) =>
    row.describedAt === null && row.status === 'completed'
      ? firstDescription(row, description, clock.now())
      : undefined,
  );
  if (image === undefined || image.status === 'deleted') throw notFound();
  if (image.status === 'failed') throw refused(image.failureCode ?? 'undecodable');
  return image;
}

function firstDescription(row: Image, given: Description, now: Date): ImageChange {
  const { title = '', description = '', alt_text: altText = '', tags = [] } = given;
  const fields = {
    ...(title === '' ? {} : { title }),
    ...(description === '' ? {} : { description }),
    ...(altText === '' ? {} : { altText }),
    ...(tags.length === 0 ? {} : { tags }),
  };
  const names = Object.keys(fields).map((name) => (name === 'altText' ? 'alt_text' : name));
  const change = new ChangeBuilder(row, now)
    .set({ ...fields, describedAt: now })
    .note('described', { fields: names });
  return (names.length === 0 ? change : change.emit('ImageUpdated', { fields: names })).build();
}

function notFound(): AppError {
  return new AppError('not_found', 'There is no such image.');
}

function refused(code: string): AppError {
  return new AppError('unprocessable', `The upload was refused: ${code}.`, { reason: code });
}
