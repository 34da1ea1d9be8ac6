import type { ProcessingTask } from '@darkroom/contracts';
import type { Clock } from '@darkroom/kernel';
import { ChangeBuilder } from '../model/image-change.ts';
import type { Image } from '../model/image.ts';
import { requestReprocess } from '../model/processing.ts';
import type { ImageRepository } from '../ports/image-repository.ts';

export interface ReprocessDependencies {
  readonly images: ImageRepository;
  readonly clock: Clock;
}

/**
 * Asks for the tasks of a completed image that `choose` names, looking at the row under its lock; none: nothing happens.
 * Answers what was asked for; nothing where the image is not there or not completed.
 */
export function reprocessImage({ images, clock }: ReprocessDependencies) {
  return async (
    imageId: string,
    choose: (image: Image) => readonly ProcessingTask[],
  ): Promise<readonly ProcessingTask[]> => {
    let asked: readonly ProcessingTask[] = [];
    await images.update(imageId, (image) => {
      asked = image.status === 'completed' ? choose(image) : [];
      if (asked.length === 0) return undefined;
      return requestReprocess(new ChangeBuilder(image, clock.now()), asked, null).build();
    });
    return asked;
  };
}
