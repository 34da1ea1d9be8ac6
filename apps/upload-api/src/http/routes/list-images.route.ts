import { imageListSchema, listQuerySchema } from '@darkroom/contracts';
import { listImages } from '@darkroom/domain';
import type { ApiDependencies } from '../api-dependencies.ts';
import { defineRoute, type Route } from '../route.ts';
import { storeProblems } from './shared.ts';

export function listImagesRoute(deps: ApiDependencies): Route {
  const list = listImages(deps);
  return defineRoute({
    methods: ['get'],
    path: '/images',
    access: 'user',
    operationId: 'listImages',
    tag: 'Images',
    summary: 'Find images, newest first',
    description:
      'Completed ones, unless `status` is given. With `search`, `tags`, dates or deleted images, `count` stops at 10,000.',
    query: listQuerySchema,
    success: { status: 200, description: 'A page of images.', schema: imageListSchema },
    problems: ['invalid', 'invalid_cursor', ...storeProblems],
    handle: async ({ caller, query }) => ({ body: await list(query(), caller.scope) }),
  });
}
