import { presignedUploadSchema, presignRequestSchema, type PresignedUploadBody } from '@darkroom/contracts';
import { presignUpload } from '@darkroom/domain';
import { annotateSpan, AppError } from '@darkroom/kernel';
import { z } from 'zod';
import type { ApiDependencies } from '../api-dependencies.ts';
import { defineRoute, type Route } from '../route.ts';
import { storeProblems } from './shared.ts';

const keyForm = /^[\x21-\x7e]{1,255}$/;
const keyHeader = {
  'Idempotency-Key': z
    .string()
    .regex(keyForm)
    .meta({
      description:
        'A key of your own for this request, such as a UUID. Repeated under its key within half a day, it makes no second ' +
        'image: it answers the first one, with a policy signed afresh. 1 to 255 printable ASCII characters.',
      examples: ['5f1c7a34-0f0e-4b8f-8a55-2f6f3a1c9d10'],
    }),
};

/** With and without the quotes of a structured field (draft-ietf-httpapi-idempotency-key-header) it is the same key. */
function keyOf(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const key = header.replace(/^"(.*)"$/, '$1');
  if (keyForm.test(key)) return key;
  throw new AppError('invalid', 'Idempotency-Key must have 1 to 255 printable ASCII characters.', {
    reason: 'invalid_idempotency_key',
  });
}

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
    headers: keyHeader,
    body: presignRequestSchema,
    success: {
      status: 200,
      description: 'The form, or the image that is there already.',
      schema: presignedUploadSchema,
    },
    problems: [
      'category_not_found',
      'file_not_allowed',
      'quota_exceeded',
      'invalid_idempotency_key',
      'idempotency_key_reused',
      'idempotency_key_spent',
      ...storeProblems,
    ],
    handle: async ({ caller, traceparent, header, body }) => {
      const requestKey = keyOf(header('idempotency-key'));
      const request = await body();
      const outcome = await presign({ ownerId: caller.ownerId, request, requestKey, traceparent });
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
