import type { Description } from '@darkroom/contracts';
import { AppError, type Clock } from '@darkroom/kernel';
import { ChangeBuilder, type ImageChange } from '../model/image-change.ts';
import type { Image } from '../model/image.ts';
import type { ImageQueries } from '../ports/image-queries.ts';
import type { ImageRepository } from '../ports/image-repository.ts';
import type { AcceptUpload } from './accept-upload.ts';

export interface CompleteDependencies {
  readonly images: ImageRepository;
  readonly queries: Pick<ImageQueries, 'timeline'>;
  readonly accept: AcceptUpload;
  readonly clock: Clock;
}

/** Workers append to the timeline while the call runs; each try reads on from where the last one stopped. */
const maxTries = 50;

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

/**
 * Describes once: whether it was done before stands on the timeline, and is looked up for the row as it is under its
 * lock. An image so old that its first entries have been pruned counts as described.
 */
async function describe(
  { images, queries, clock }: CompleteDependencies,
  imageId: string,
  description: Description,
): Promise<Image> {
  let seen = 0;
  for (let attempt = 0; attempt < maxTries; attempt += 1) {
    const snapshot = await images.get(imageId);
    const entries = await queries.timeline(imageId, seen);
    const pruned = seen === 0 && entries[0]?.seq !== 1;
    const described = pruned || entries.some(({ type }) => type === 'described');
    seen = snapshot?.timelineSeq ?? 0;
    let current = true;
    const image = await images.update(imageId, (row) => {
      current = described || row.timelineSeq === seen;
      if (described || !current || row.status !== 'completed') return undefined;
      return firstDescription(row, description, clock.now());
    });
    if (image === undefined || image.status === 'deleted') throw notFound();
    if (image.status === 'failed') throw refused(image.failureCode ?? 'undecodable');
    if (current) return image;
  }
  throw new AppError('unavailable', 'the image changed all the time while it was described');
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
  const change = new ChangeBuilder(row, now).set(fields).note('described', { fields: names });
  return (names.length === 0 ? change : change.emit('ImageUpdated', { fields: names })).build();
}

function notFound(): AppError {
  return new AppError('not_found', 'There is no such image.');
}

function refused(code: string): AppError {
  return new AppError('unprocessable', `The upload was refused: ${code}.`, { reason: code });
}
