import { uploadStatusSchema } from '@darkroom/contracts';
import { findImage, uploadStatus } from '@darkroom/domain';
import type { ApiDependencies } from '../api-dependencies.ts';
import { defineRoute, type Route } from '../route.ts';
import { imageParams, storeProblems } from './shared.ts';

export function getUploadStatusRoute(deps: ApiDependencies): Route {
  const statusOf = uploadStatus(deps);
  return defineRoute({
    methods: ['get'],
    path: '/images/upload-status/:id',
    access: 'user',
    operationId: 'getUploadStatus',
    tag: 'Uploads',
    summary: 'How far an upload has come, with a look into the store',
    description:
      'For clients that ask again and again; the streams of events tell the same without being asked.',
    params: imageParams,
    success: { status: 200, description: 'Where it stands.', schema: uploadStatusSchema },
    problems: storeProblems,
    handle: async ({ caller, id, signal }) => ({
      body: await statusOf(await findImage(deps.images, id(), caller.scope), signal),
    }),
  });
}
