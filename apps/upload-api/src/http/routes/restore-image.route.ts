import { restoreImage } from '@darkroom/domain';
import type { ApiDependencies } from '../api-dependencies.ts';
import type { Route } from '../route.ts';

export function restoreImageRoute(deps: ApiDependencies): Route {
  const restore = restoreImage(deps);
  return {
    methods: ['post'],
    path: '/images/:id/restore',
    access: 'user',
    handle: async ({ caller, id, signal }) => ({
      body: await deps.views.image(await restore(id(), caller.scope, signal)),
    }),
  };
}
