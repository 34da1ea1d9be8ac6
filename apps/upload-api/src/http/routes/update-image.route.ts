import { describeSchema, imageSchema } from '@darkroom/contracts';
import { findImage, updateImage } from '@darkroom/domain';
import type { ApiDependencies } from '../api-dependencies.ts';
import { defineRoute, type Route } from '../route.ts';
import { versionsIn } from '../etag.ts';
import { ifMatchHeader, imageParams, showImage, storeProblems } from './shared.ts';

/** PUT as existing clients send it, which changes what is given as PATCH does. */
export function updateImageRoute(deps: ApiDependencies): Route {
  const update = updateImage(deps);
  return defineRoute({
    methods: ['put', 'patch'],
    path: '/images/:id',
    access: 'user',
    operationId: 'updateImage',
    tag: 'Images',
    summary: 'Describe an image',
    description:
      'What is left out stays as it is. With `If-Match` a change that somebody else made meanwhile is not overwritten.',
    params: imageParams,
    headers: ifMatchHeader,
    body: describeSchema,
    success: { status: 200, description: 'The image as it now is.', schema: imageSchema, tagged: true },
    problems: ['deleted', 'precondition_failed', ...storeProblems],
    handle: async ({ caller, id, header, body }) => {
      const image = await findImage(deps.images, id(), caller.scope);
      const expected = versionsIn(header('if-match'));
      return showImage(deps, await update(image.id, caller.scope, await body(), expected), caller);
    },
  });
}
