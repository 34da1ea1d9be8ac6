import type { ImageBody } from '@darkroom/contracts';
import type { Image } from '@darkroom/domain';
import { z } from 'zod';
import type { ApiDependencies } from '../api-dependencies.ts';
import type { Caller } from '../auth.ts';
import { imageTag } from '../etag.ts';
import type { ProblemCode } from '../openapi/problem-codes.ts';

/** The path of one image. */
export const imageParams = {
  id: z.uuid().meta({ description: 'Id of the image.', examples: ['01948f3c-6d2e-7c41-9b7a-0c5d8e1f2a3b'] }),
};

/** What a call may answer that asks something of the store. */
export const storeProblems: readonly ProblemCode[] = ['storage_unavailable', 'storage_refused'];

/** The header by which a change is made to the state that one has read, or not at all. */
export const ifMatchHeader = {
  'If-Match': z.string().meta({
    description:
      'The `ETag` of the image as you know it: 412 `precondition_failed` where it has changed since. `*` is any.',
    examples: ['"7-3OcRJYB4d3h_"'],
  }),
};

/** The answer that shows an image. Where it was taken is for its owner, and for who acts for them by name: `X-Owner`. */
export async function showImage(
  { views, clock }: Pick<ApiDependencies, 'views' | 'clock'>,
  image: Image,
  { ownerId }: Pick<Caller, 'ownerId'>,
): Promise<{ readonly body: ImageBody; readonly etag: string }> {
  const body = await views.image(image);
  if (ownerId !== image.ownerId) body.gps = null;
  return { body, etag: imageTag(image, body.category, clock.now()) };
}
