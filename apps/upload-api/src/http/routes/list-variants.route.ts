import { variantSchema } from '@darkroom/contracts';
import { findImage } from '@darkroom/domain';
import { z } from 'zod';
import type { ApiDependencies } from '../api-dependencies.ts';
import { defineRoute, type Route } from '../route.ts';
import { imageParams, storeProblems } from './shared.ts';

export function listVariantsRoute({ images, views }: ApiDependencies): Route {
  return defineRoute({
    methods: ['get'],
    path: '/images/:id/variants',
    access: 'user',
    operationId: 'listVariants',
    tag: 'Images',
    summary: 'List the variants of an image',
    description:
      'Those of a public category have plain URLs, which may be kept; all others are signed, for a time.',
    params: imageParams,
    success: { status: 200, description: 'Variants that are ready.', schema: z.array(variantSchema) },
    problems: storeProblems,
    handle: async ({ caller, id }) => ({
      body: await views.variants(await findImage(images, id(), caller.scope)),
    }),
  });
}
