import { completeRequestSchema, imageSchema } from '@darkroom/contracts';
import { completeUpload, findImage } from '@darkroom/domain';
import { AppError } from '@darkroom/kernel';
import type { ApiDependencies } from '../api-dependencies.ts';
import { refusalCodes } from '../openapi/problem-codes.ts';
import { defineRoute, type Route } from '../route.ts';
import { imageParams, showImage, storeProblems } from './shared.ts';

export function completeUploadRoute(deps: ApiDependencies): Route {
  const complete = completeUpload(deps);
  return defineRoute({
    methods: ['post'],
    path: '/images/upload-complete/:id',
    access: 'user',
    operationId: 'completeUpload',
    tag: 'Uploads',
    summary: 'Say that the file is in the store, and describe it',
    description: 'Verifies the file and accepts it at once. Asking again answers the same.',
    params: imageParams,
    body: completeRequestSchema,
    success: { status: 200, description: 'The accepted image.', schema: imageSchema, tagged: true },
    problems: [
      'object_missing',
      'key_being_removed',
      ...refusalCodes,
      ...storeProblems,
      'inspector_unavailable',
    ],
    handle: async ({ caller, id, body, signal }) => {
      const image = await findImage(deps.images, id(), caller.scope);
      const { image_id: named, ...description } = await body();
      if (named.toLowerCase() !== image.id) {
        const message = 'is not the image that the path names';
        throw new AppError('invalid', `image_id ${message}.`, { problems: [{ path: 'image_id', message }] });
      }
      return showImage(deps, await complete(image.id, description, signal), caller);
    },
  });
}
