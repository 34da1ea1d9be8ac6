import type { ImageStatus } from '@darkroom/contracts';
import { AppError } from '@darkroom/kernel';
import type { Image } from './image.ts';

/** What an owner may have at most; null: as much as they like. */
export interface Quota {
  readonly maxImages: number | null;
  readonly maxBytes: number | null;
}

/** What counts towards an owner's quota. */
export interface Usage {
  readonly images: number;
  readonly bytes: number;
}

/**
 * Images that take a place: from the presign on, so that a place is there for the file once it comes. One that fails, is
 * reaped or is deleted gives its place back at once; a deleted one needs a place again to be restored (ADR 15).
 */
export const countedStatuses: readonly ImageStatus[] = ['pending', 'uploading', 'completed'];

export const isLimited = ({ maxImages, maxBytes }: Quota): boolean => maxImages !== null || maxBytes !== null;

/** By how much a change makes its owner's usage grow; negative where it gives back. */
export function usageGrowth(before: Image | undefined, after: Image): Usage {
  const [had, has] = [usageOf(before), usageOf(after)];
  return { images: has.images - had.images, bytes: has.bytes - had.bytes };
}

function usageOf(image: Image | undefined): Usage {
  const counts = image !== undefined && countedStatuses.includes(image.status);
  return counts ? { images: 1, bytes: image.fileSize } : { images: 0, bytes: 0 };
}

/** Throws `forbidden` with reason `quota_exceeded`, saying what is left, where `held` cannot grow by `growth`. */
export function keepWithin({ maxImages, maxBytes }: Quota, held: Usage, growth: Usage): void {
  const imagesLeft = maxImages === null ? null : Math.max(0, maxImages - held.images);
  const bytesLeft = maxBytes === null ? null : Math.max(0, maxBytes - held.bytes);
  const fits =
    (imagesLeft === null || growth.images <= imagesLeft) && (bytesLeft === null || growth.bytes <= bytesLeft);
  if (fits) return;
  const left = [
    ...(imagesLeft === null ? [] : [`${imagesLeft} of ${maxImages} images`]),
    ...(bytesLeft === null ? [] : [`${bytesLeft} of ${maxBytes} bytes`]),
  ].join(' and ');
  throw new AppError(
    'forbidden',
    `The quota does not allow this file of ${growth.bytes} bytes: ${left} are left. Delete images to make room.`,
    { reason: 'quota_exceeded' },
  );
}
