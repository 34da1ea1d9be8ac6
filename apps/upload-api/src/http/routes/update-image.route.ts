import { describeSchema } from '@darkroom/contracts';
import { findImage, updateImage } from '@darkroom/domain';
import type { ApiDependencies } from '../api-dependencies.ts';
import type { Route } from '../route.ts';

/** PUT as existing clients send it, which changes what is given as PATCH does. */
export function updateImageRoute(deps: ApiDependencies): Route {
  const update = updateImage(deps);
  return {
    methods: ['put', 'patch'],
    path: '/images/:id',
    access: 'user',
    handle: async ({ caller, id, body }) => {
      const image = await findImage(deps.images, id(), caller.scope);
      const description = await body(describeSchema);
      return { body: await deps.views.image(await update(image.id, caller.scope, description)) };
    },
  };
}
