import { AppError } from '@darkroom/kernel';
import type { Image } from '../model/image.ts';
import type { ImageChange } from '../model/image-change.ts';
import type { Quota } from '../model/quota.ts';
import type { ImageRepository } from '../ports/image-repository.ts';

/** Whose images a caller may reach; undefined: everybody's. */
export type OwnerScope = string | undefined;

/**
 * Whether the image is there for someone with this scope. One that was deleted for good is there for nobody, although
 * its row stays until its objects are gone.
 */
export function isVisible(image: Image, scope: OwnerScope): boolean {
  const gone = image.status === 'deleted' && image.statusBeforeDelete === null;
  return !gone && (scope === undefined || image.ownerId === scope);
}

/** The image, for someone with this scope. Throws `not_found`, for another owner's image as for none at all. */
export async function findImage(
  images: Pick<ImageRepository, 'get'>,
  id: string,
  scope: OwnerScope,
): Promise<Image> {
  const image = await images.get(id);
  if (image === undefined || !isVisible(image, scope)) throw imageNotFound();
  return image;
}

/**
 * Changes the image as `decide` says, under its lock. Throws `not_found` as {@link findImage} does, and what
 * `ImageRepository.update` throws for the quota.
 */
export async function changeImage(
  images: Pick<ImageRepository, 'update'>,
  id: string,
  scope: OwnerScope,
  decide: (image: Image) => ImageChange | undefined,
  quota?: Quota,
): Promise<Image> {
  let visible = false;
  const decideIfVisible = (current: Image) => {
    visible = isVisible(current, scope);
    return visible ? decide(current) : undefined;
  };
  const image = await images.update(id, decideIfVisible, quota);
  if (image === undefined || !visible) throw imageNotFound();
  return image;
}

function imageNotFound(): AppError {
  return new AppError('not_found', 'There is no such image.');
}
