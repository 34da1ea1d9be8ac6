import { overviewSchema } from '@darkroom/contracts';
import { overviewImages } from '@darkroom/domain';
import type { ApiDependencies } from '../api-dependencies.ts';
import { defineRoute, type Route } from '../route.ts';
import { storeProblems } from './shared.ts';

export function getOverviewRoute(deps: ApiDependencies): Route {
  const overview = overviewImages(deps);
  return defineRoute({
    methods: ['get'],
    path: '/images/stats/overview',
    access: 'user',
    operationId: 'getOverview',
    tag: 'Images',
    summary: 'Counts, sizes, and the newest five',
    description: 'Of the caller; an admin who names no owner gets those of all owners.',
    success: { status: 200, description: 'Figures of all images within reach.', schema: overviewSchema },
    problems: storeProblems,
    handle: async ({ caller }) => ({ body: await overview(caller.scope) }),
  });
}
