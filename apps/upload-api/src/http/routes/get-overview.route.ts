import { overviewImages } from '@darkroom/domain';
import type { ApiDependencies } from '../api-dependencies.ts';
import type { Route } from '../route.ts';

export function getOverviewRoute(deps: ApiDependencies): Route {
  const overview = overviewImages(deps);
  return {
    methods: ['get'],
    path: '/images/stats/overview',
    access: 'user',
    handle: async ({ caller }) => ({ body: await overview(caller.scope) }),
  };
}
