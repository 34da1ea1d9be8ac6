import { downloadUrl, findImage } from '@darkroom/domain';
import { z } from 'zod';
import type { ApiDependencies } from '../api-dependencies.ts';
import { defineRoute, type Route } from '../route.ts';
import { imageParams, storeProblems } from './shared.ts';

const querySchema = z.object({
  variant_type: z
    .string()
    .optional()
    .meta({ description: 'Name of a variant; the original where left out.', examples: ['medium'] }),
});

export function downloadImageRoute(deps: ApiDependencies): Route {
  const urlFor = downloadUrl(deps);
  return defineRoute({
    methods: ['get'],
    path: '/images/:id/download',
    access: 'user',
    operationId: 'downloadImage',
    tag: 'Images',
    summary: 'Download the original, or a variant',
    description: 'Sends a browser on to the store, which gives the file as an attachment.',
    params: imageParams,
    query: querySchema,
    success: { status: 302, description: "A signed URL that downloads under the file's own name." },
    problems: ['file_not_available', 'variant_not_found', ...storeProblems],
    handle: async ({ caller, id, query }) => {
      const image = await findImage(deps.images, id(), caller.scope);
      return { redirect: await urlFor(image, query().variant_type) };
    },
  });
}
