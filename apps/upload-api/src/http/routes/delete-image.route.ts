import { deleteImage } from '@darkroom/domain';
import { z } from 'zod';
import type { ApiDependencies } from '../api-dependencies.ts';
import type { Route } from '../route.ts';

const querySchema = z.object({
  permanent: z
    .enum(['true', 'false', '1', '0'], 'true or false')
    .transform((value) => value === 'true' || value === '1')
    .default(false),
});

export function deleteImageRoute(deps: ApiDependencies): Route {
  const remove = deleteImage(deps);
  return {
    methods: ['delete'],
    path: '/images/:id',
    access: 'user',
    handle: async ({ caller, id, query }) => {
      const { permanent } = query(querySchema);
      const { leftBehind } = await remove(id(), caller.scope, { permanent });
      if (leftBehind !== undefined) {
        deps.logger.warn({ err: leftBehind }, 'objects of a deleted image are left to the cleanup');
      }
      const message = permanent
        ? 'The image was deleted for good.'
        : 'The image was deleted. It can be restored for a time.';
      return { body: { message } };
    },
  };
}
