import { messageSchema, rebuildRequestSchema } from '@darkroom/contracts';
import { findImage, requestVariants } from '@darkroom/domain';
import type { ApiDependencies } from '../api-dependencies.ts';
import { defineRoute, type Route } from '../route.ts';
import { imageParams } from './shared.ts';

export function requestVariantsRoute(deps: ApiDependencies): Route {
  const request = requestVariants(deps);
  return defineRoute({
    methods: ['post'],
    path: '/images/:id/variants',
    access: 'user',
    operationId: 'rebuildVariants',
    tag: 'Images',
    summary: 'Build variants again',
    description:
      'Those that are named, or all of them. The present ones are served until the new ones are there.',
    params: imageParams,
    body: rebuildRequestSchema,
    success: {
      status: 202,
      description: 'They will be built.',
      schema: messageSchema,
      example: { message: 'The variants will be built again.' },
    },
    problems: ['not_completed', 'unknown_variant'],
    handle: async ({ caller, id, body }) => {
      const image = await findImage(deps.images, id(), caller.scope);
      const { variant_types: names = [] } = await body();
      await request(image.id, caller.scope, names);
      return { status: 202, body: { message: 'The variants will be built again.' } };
    },
  });
}
