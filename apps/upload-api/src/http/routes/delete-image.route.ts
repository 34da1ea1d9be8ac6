import { messageSchema } from '@darkroom/contracts';
import { deleteImage } from '@darkroom/domain';
import { z } from 'zod';
import type { ApiDependencies } from '../api-dependencies.ts';
import { defineRoute, type Route } from '../route.ts';
import { versionsIn } from '../etag.ts';
import { ifMatchHeader, imageParams, storeProblems } from './shared.ts';

const querySchema = z.object({
  permanent: z
    .enum(['true', 'false', '1', '0'], 'true or false')
    .default('false')
    .transform((value) => value === 'true' || value === '1')
    .meta({ description: 'Delete for good: nothing can be restored.' }),
});

export function deleteImageRoute(deps: ApiDependencies): Route {
  const remove = deleteImage(deps);
  return defineRoute({
    methods: ['delete'],
    path: '/images/:id',
    access: 'user',
    operationId: 'deleteImage',
    tag: 'Images',
    summary: 'Delete an image',
    description:
      'It stops being served at once, and can be restored for a time, unless it is deleted for good.',
    params: imageParams,
    headers: ifMatchHeader,
    query: querySchema,
    success: {
      status: 200,
      description: 'The image is deleted.',
      schema: messageSchema,
      example: { message: 'The image was deleted. It can be restored for a time.' },
    },
    problems: ['precondition_failed', ...storeProblems],
    handle: async ({ caller, id, header, query }) => {
      const { permanent } = query();
      const expected = versionsIn(header('if-match'));
      const { leftBehind } = await remove(id(), caller.scope, { permanent, expected });
      if (leftBehind !== undefined) {
        deps.logger.warn({ err: leftBehind }, 'objects of a deleted image are left to the cleanup');
      }
      const message = permanent
        ? 'The image was deleted for good.'
        : 'The image was deleted. It can be restored for a time.';
      return { body: { message } };
    },
  });
}
