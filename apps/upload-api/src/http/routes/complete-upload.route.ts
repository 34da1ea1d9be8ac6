import { completeRequestSchema } from '@darkroom/contracts';
import { completeUpload, findImage } from '@darkroom/domain';
import { AppError } from '@darkroom/kernel';
import type { ApiDependencies } from '../api-dependencies.ts';
import type { Route } from '../route.ts';

export function completeUploadRoute(deps: ApiDependencies): Route {
  const complete = completeUpload(deps);
  return {
    methods: ['post'],
    path: '/images/upload-complete/:id',
    access: 'user',
    handle: async ({ caller, id, body, signal }) => {
      const image = await findImage(deps.images, id(), caller.scope);
      const { image_id: named, ...description } = await body(completeRequestSchema);
      if (named.toLowerCase() !== image.id) {
        const message = 'is not the image that the path names';
        throw new AppError('invalid', `image_id ${message}.`, { problems: [{ path: 'image_id', message }] });
      }
      return { body: await deps.views.image(await complete(image.id, description, signal)) };
    },
  };
}
