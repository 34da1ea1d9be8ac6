import type { Clock } from '@darkroom/kernel';
import { ChangeBuilder } from '../model/image-change.ts';
import type { Image } from '../model/image.ts';
import { keyPrefixesOf } from '../model/object-keys.ts';
import type { ImageRepository } from '../ports/image-repository.ts';
import type { ObjectMaintenance } from '../ports/object-maintenance.ts';
import { objectsOf } from './reject-image.ts';

export interface PurgeDependencies {
  readonly images: ImageRepository;
  readonly maintenance: ObjectMaintenance;
  readonly clock: Clock;
}

/** `waiting`: not due (any more), or a worker may still write objects of it. */
export type PurgeOutcome = 'purged' | 'waiting';

const pageSize = 1_000;

/**
 * Ends a deleted image whose time to be restored has passed. The row lets go of its objects first, so that it cannot be
 * restored while they go; then everything under its keys is removed, known to the row or not; then the row. May be
 * repeated from any point.
 */
export function purgeImage({ images, maintenance, clock }: PurgeDependencies) {
  return async (imageId: string): Promise<PurgeOutcome> => {
    let due = false;
    const image = await images.update(imageId, (row) => {
      const now = clock.now();
      due = isDue(row, now);
      const keys = objectsOf(row);
      if (!due || keys.length === 0) return undefined;
      return new ChangeBuilder(row, now).set({ originalKey: null, variants: [] }).discard(keys, 0).build();
    });
    if (image === undefined) return 'purged';
    if (!due) return 'waiting';
    for (const prefix of keyPrefixesOf(image)) {
      for (;;) {
        const objects = await maintenance.list(prefix, undefined, pageSize);
        await maintenance.remove(objects.map(({ key }) => key));
        if (objects.length < pageSize) break;
      }
    }
    await images.remove(imageId);
    return 'purged';
  };
}

function isDue({ status, purgeAfter, processing }: Image, now: Date): boolean {
  const free = Object.values(processing).every(({ lease }) => lease === null || lease.expiresAt <= now);
  return status === 'deleted' && purgeAfter !== null && purgeAfter <= now && free;
}
