import { AppError, type Clock } from '@darkroom/kernel';
import { ChangeBuilder } from '../model/image-change.ts';
import { requestReprocess } from '../model/processing.ts';
import type { ImageRepository } from '../ports/image-repository.ts';
import type { PresetRepository } from '../ports/preset-repository.ts';
import { changeImage, findImage, type OwnerScope } from './find-image.ts';

export interface RequestVariantsDependencies {
  readonly images: Pick<ImageRepository, 'get' | 'update'>;
  readonly presets: Pick<PresetRepository, 'list'>;
  readonly clock: Clock;
}

/**
 * Asks for variants to be built again: those named, or all where none are. Throws `not_found`, `invalid` for a name that
 * no preset has, and `conflict` with reason `not_completed`.
 */
export function requestVariants({ images, presets, clock }: RequestVariantsDependencies) {
  return async (id: string, scope: OwnerScope, names: readonly string[]): Promise<void> => {
    await findImage(images, id, scope);
    const known = (await presets.list()).map(({ name }) => name);
    const problems = names
      .filter((name) => !known.includes(name))
      .map((name) => ({ path: 'variant_types', message: `"${name}" is none of ${known.join(', ')}` }));
    if (problems.length > 0) {
      throw new AppError('invalid', 'There is no such variant.', { reason: 'unknown_variant', problems });
    }
    await changeImage(images, id, scope, (image) => {
      if (image.status !== 'completed') {
        const message = `The image is ${image.status}; only a completed one has variants.`;
        throw new AppError('conflict', message, { reason: 'not_completed' });
      }
      const change = new ChangeBuilder(image, clock.now());
      return requestReprocess(change, ['variants'], names.length === 0 ? null : names).build();
    });
  };
}
