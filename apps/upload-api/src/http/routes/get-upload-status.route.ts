import { findImage, uploadStatus } from '@darkroom/domain';
import type { ApiDependencies } from '../api-dependencies.ts';
import type { Route } from '../route.ts';

export function getUploadStatusRoute(deps: ApiDependencies): Route {
  const statusOf = uploadStatus(deps);
  return {
    methods: ['get'],
    path: '/images/upload-status/:id',
    access: 'user',
    handle: async ({ caller, id, signal }) => ({
      body: await statusOf(await findImage(deps.images, id(), caller.scope), signal),
    }),
  };
}
