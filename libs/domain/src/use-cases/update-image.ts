import type { Description } from '@darkroom/contracts';
import { AppError, type Clock } from '@darkroom/kernel';
import { expectVersion, type ExpectedVersions } from '../model/expected-versions.ts';
import { ChangeBuilder } from '../model/image-change.ts';
import type { Image } from '../model/image.ts';
import type { ImageRepository } from '../ports/image-repository.ts';
import { changeImage, type OwnerScope } from './find-image.ts';

export interface UpdateDependencies {
  readonly images: Pick<ImageRepository, 'update'>;
  readonly clock: Clock;
}

const names = { title: 'title', description: 'description', altText: 'alt_text', tags: 'tags' } as const;

/**
 * Changes the texts that are given, and leaves the others. Throws `not_found`, `conflict` with reason `deleted` for an
 * image that would have to be restored first, and `precondition_failed` for one at another version than is expected.
 */
export function updateImage({ images, clock }: UpdateDependencies) {
  return (id: string, scope: OwnerScope, given: Description, expected?: ExpectedVersions): Promise<Image> =>
    changeImage(images, id, scope, (image) => {
      if (image.status === 'deleted') {
        throw new AppError('conflict', 'This image is deleted: restore it first.', { reason: 'deleted' });
      }
      expectVersion(image, expected);
      const wanted = {
        title: given.title ?? image.title,
        description: given.description ?? image.description,
        altText: given.alt_text ?? image.altText,
        tags: given.tags ?? image.tags,
      };
      const fields = (Object.keys(names) as (keyof typeof names)[])
        .filter((name) => JSON.stringify(wanted[name]) !== JSON.stringify(image[name]))
        .map((name) => names[name]);
      if (fields.length === 0) return undefined;
      return new ChangeBuilder(image, clock.now())
        .set(wanted)
        .emit('ImageUpdated', { fields })
        .note('updated', { fields })
        .build();
    });
}
