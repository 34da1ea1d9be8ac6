import { downloadUrl, findImage } from '@darkroom/domain';
import { z } from 'zod';
import type { ApiDependencies } from '../api-dependencies.ts';
import type { Route } from '../route.ts';

const querySchema = z.object({ variant_type: z.string().optional() });

export function downloadImageRoute(deps: ApiDependencies): Route {
  const urlFor = downloadUrl(deps);
  return {
    methods: ['get'],
    path: '/images/:id/download',
    access: 'user',
    handle: async ({ caller, id, query }) => {
      const image = await findImage(deps.images, id(), caller.scope);
      return { redirect: await urlFor(image, query(querySchema).variant_type) };
    },
  };
}
