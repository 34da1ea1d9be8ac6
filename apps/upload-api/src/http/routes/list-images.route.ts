import { listQuerySchema } from '@darkroom/contracts';
import { listImages } from '@darkroom/domain';
import type { ApiDependencies } from '../api-dependencies.ts';
import type { Route } from '../route.ts';

export function listImagesRoute(deps: ApiDependencies): Route {
  const list = listImages(deps);
  return {
    methods: ['get'],
    path: '/images',
    access: 'user',
    handle: async ({ caller, query }) => ({ body: await list(query(listQuerySchema), caller.scope) }),
  };
}
