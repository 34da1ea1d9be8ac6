import { findImage } from '@darkroom/domain';
import type { ApiDependencies } from '../api-dependencies.ts';
import type { Route } from '../route.ts';

export function getImageRoute({ images, views }: ApiDependencies): Route {
  return {
    methods: ['get'],
    path: '/images/:id',
    access: 'user',
    handle: async ({ caller, id }) => ({
      body: await views.image(await findImage(images, id(), caller.scope)),
    }),
  };
}
