import { presignRequestSchema, type PresignedUploadBody } from '@darkroom/contracts';
import { presignUpload } from '@darkroom/domain';
import type { ApiDependencies } from '../api-dependencies.ts';
import type { Route } from '../route.ts';

export function presignUploadRoute(deps: ApiDependencies): Route {
  const presign = presignUpload({ ...deps, policySeconds: Math.floor(deps.uploadExpiryMs / 1_000) });
  return {
    methods: ['post'],
    path: '/images/presigned-url',
    access: 'user',
    handle: async ({ caller, traceparent, body }) => {
      const request = await body(presignRequestSchema);
      const outcome = await presign({ ownerId: caller.ownerId, request, traceparent });
      const { image } = outcome;
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
  };
}
