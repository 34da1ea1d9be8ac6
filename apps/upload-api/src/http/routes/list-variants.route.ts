import { findImage } from '@darkroom/domain';
import type { ApiDependencies } from '../api-dependencies.ts';
import type { Route } from '../route.ts';

export function listVariantsRoute({ images, views }: ApiDependencies): Route {
  return {
    methods: ['get'],
    path: '/images/:id/variants',
    access: 'user',
    handle: async ({ caller, id }) => ({
      body: await views.variants(await findImage(images, id(), caller.scope)),
    }),
  };
}
