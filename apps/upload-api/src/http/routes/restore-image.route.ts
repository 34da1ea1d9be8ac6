import { imageSchema } from '@darkroom/contracts';
import { restoreImage } from '@darkroom/domain';
import type { ApiDependencies } from '../api-dependencies.ts';
import { defineRoute, type Route } from '../route.ts';
import { imageParams, showImage, storeProblems } from './shared.ts';

export function restoreImageRoute(deps: ApiDependencies): Route {
  const restore = restoreImage(deps);
  return defineRoute({
    methods: ['post'],
    path: '/images/:id/restore',
    access: 'user',
    operationId: 'restoreImage',
    tag: 'Images',
    summary: 'Bring a deleted image back',
    description:
      'As long as the cleanup has not removed its file. Needs room in the quota, as an upload does.',
    params: imageParams,
    success: {
      status: 200,
      description: 'The image, whose variants are built again.',
      schema: imageSchema,
      tagged: true,
    },
    problems: ['not_restorable', 'key_being_removed', 'quota_exceeded', ...storeProblems],
    handle: async ({ caller, id, signal }) =>
      showImage(deps, await restore(id(), caller.scope, signal), caller),
  });
}
