import type { Visibility } from '@darkroom/contracts';
import { isAppError, type Clock } from '@darkroom/kernel';
import { ChangeBuilder, type ImageChange } from '../model/image-change.ts';
import type { Image, Variant } from '../model/image.ts';
import { isPublicKey, placedVariantKey } from '../model/object-keys.ts';
import { requestReprocess } from '../model/processing.ts';
import type { CategoryRepository } from '../ports/category-repository.ts';
import type { ImageRepository } from '../ports/image-repository.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { variantCacheControl } from './build-image-variants.ts';

export interface MoveVariantsDependencies {
  readonly images: Pick<ImageRepository, 'get' | 'update'>;
  readonly categories: Pick<CategoryRepository, 'get'>;
  readonly objects: Pick<ObjectStore, 'copy'>;
  readonly clock: Clock;
}

/** `rebuilding`: they could not be moved as they are, and are asked for again. */
export type MoveOutcome = 'moved' | 'rebuilding' | 'in_place';

/** Signed URLs of what was private stand in pages for a while. What was public goes at once. */
const privateGraceMs = 24 * 60 * 60_000;

/** Variants that do not lie where the category's visibility wants them. */
export function misplacedVariants({ variants }: Image, visibility: Visibility): readonly Variant[] {
  return variants.filter(({ key }) => isPublicKey(key) !== (visibility === 'public'));
}

/**
 * Moves the variants of an image to where its category's visibility wants them: copies first, then the row points at them
 * and lets go of the old ones in one transaction. A variant whose object is missing is let go of and built again. May be
 * repeated from any point, and run side by side.
 */
export function moveVariants({ images, categories, objects, clock }: MoveVariantsDependencies) {
  return async (imageId: string, signal?: AbortSignal): Promise<MoveOutcome> => {
    const image = await images.get(imageId);
    if (image?.status !== 'completed') return 'in_place';
    const visibility = (await categories.get(image.categoryId))?.visibility ?? 'private';
    const moved = new Map<string, Variant | undefined>();
    for (const variant of misplacedVariants(image, visibility)) {
      const key = placedVariantKey(variant.key, visibility);
      const headers = { contentType: variant.contentType, cacheControl: variantCacheControl };
      const copied = await objects.copy(variant.key, key, headers, signal);
      moved.set(variant.key, copied ? { ...variant, key } : undefined);
    }
    if (moved.size === 0) return 'in_place';
    let outcome: MoveOutcome = 'in_place';
    try {
      await images.update(imageId, (current) => {
        const keys = new Set(current.variants.map(({ key }) => key));
        if (current.status !== 'completed' || ![...moved.keys()].every((key) => keys.has(key)))
          return undefined;
        const whole = [...moved.values()].every((variant) => variant !== undefined);
        outcome = whole ? 'moved' : 'rebuilding';
        return moveChange(current, moved, visibility, whole, clock.now());
      });
    } catch (error) {
      // The new keys were taken away a while ago, when they were the old ones: only a new claim may use them again
      if (!isAppError(error, 'conflict') || error.reason !== 'key_being_removed') throw error;
      outcome = 'rebuilding';
      await images.update(imageId, (current) =>
        moveChange(
          current,
          new Map([...moved.keys()].map((key) => [key, undefined])),
          visibility,
          false,
          clock.now(),
        ),
      );
    }
    return outcome;
  };
}

function moveChange(
  image: Image,
  moved: ReadonlyMap<string, Variant | undefined>,
  visibility: Visibility,
  whole: boolean,
  now: Date,
): ImageChange {
  const variants = image.variants.flatMap((variant) =>
    moved.has(variant.key) ? (moved.get(variant.key) ?? []) : variant,
  );
  const change = new ChangeBuilder(image, now)
    .set({ variants })
    .discard([...moved.keys()], visibility === 'public' ? privateGraceMs : 0)
    .note('repaired', { variants: visibility });
  if (!whole) return requestReprocess(change, ['variants'], null).build();
  return change
    .emit('ImageVariantsGenerated', {
      variants: variants.map(({ contentType, ...rest }) => ({ ...rest, content_type: contentType })),
    })
    .build();
}
