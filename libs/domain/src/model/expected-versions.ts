import { AppError } from '@darkroom/kernel';
import type { Image } from './image.ts';

/** The versions that a caller takes an image to have; undefined: they do not mind which. */
export type ExpectedVersions = readonly number[] | undefined;

/**
 * Throws `precondition_failed` where the image is at another version. Only the row under its lock can tell: a check before
 * that would let two editors pass who have read the same.
 */
export function expectVersion({ version }: Pick<Image, 'version'>, expected: ExpectedVersions): void {
  if (expected === undefined || expected.includes(version)) return;
  throw new AppError(
    'precondition_failed',
    'The image has changed since you read it. Read it again, then repeat your change.',
  );
}
