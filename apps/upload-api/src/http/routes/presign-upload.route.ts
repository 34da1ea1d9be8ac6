import { presignedUploadSchema, presignRequestSchema, type PresignedUploadBody } from '@darkroom/contracts';
import { presignUpload } from '@darkroom/domain';
import { annotateSpan } from '@darkroom/kernel';
import type { ApiDependencies } from '../api-dependencies.ts';
import { defineRoute, type Route } from '../route.ts';
import { storeProblems } from './shared.ts';

export function presignUploadRoute(deps: ApiDependencies): Route {
  const presign = presignUpload({ ...deps, policySeconds: Math.floor(deps.uploadExpiryMs / 1_000) });
  return defineRoute({
    methods: ['post'],
    path: '/images/presigned-url',
    access: 'user',
    operationId: 'presignUpload',
    tag: 'Uploads',
    summary: 'Get a form for S3',
    description:
      'Send the fields as they are, the file as the last one, and take only 204 from S3 for success.',
    body: presignRequestSchema,
    success: {
      status: 200,
      description: 'The form, or the image that is there already.',
      schema: presignedUploadSchema,
    },
    problems: ['category_not_found', 'file_not_allowed', 'conflict', ...storeProblems],
    handle: async ({ caller, traceparent, body }) => {
      const request = await body();
      const outcome = await presign({ ownerId: caller.ownerId, request, traceparent });
      const { image } = outcome;
      annotateSpan({ 'darkroom.image.id': image.id });
      deps.logger.debug({ image_id: image.id, outcome: outcome.kind }, 'presigned');
      const data: PresignedUploadBody['data'] =
        outcome.kind === 'duplicate'
          ? { duplicate: true, image_id: image.id, image: await deps.views.image(image) }
          : {
              url: outcome.post.url,
              fields: { ...outcome.post.fields },
              file_key: image.incomingKey,
              image_id: image.id,
              expires_at: outcome.post.expiresAt.toISOString(),
            };
      return { body: { success: true, data } satisfies PresignedUploadBody };
    },
  });
}
