import { imageSchema } from '@darkroom/contracts';
import { findImage } from '@darkroom/domain';
import type { ApiDependencies } from '../api-dependencies.ts';
import { defineRoute, type Route } from '../route.ts';
import { imageParams, showImage, storeProblems } from './shared.ts';

export function getImageRoute(deps: ApiDependencies): Route {
  return defineRoute({
    methods: ['get'],
    path: '/images/:id',
    access: 'user',
    operationId: 'getImage',
    tag: 'Images',
    summary: 'Show an image',
    description:
      'With `processing`, which tells how far its variants and metadata are, and `If-None-Match`, for asking again.',
    params: imageParams,
    success: { status: 200, description: 'The image.', schema: imageSchema, tagged: true },
    problems: storeProblems,
    handle: async ({ caller, id }) =>
      showImage(deps, await findImage(deps.images, id(), caller.scope), caller),
  });
}
