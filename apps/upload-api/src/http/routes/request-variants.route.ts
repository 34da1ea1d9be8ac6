import { rebuildRequestSchema } from '@darkroom/contracts';
import { findImage, requestVariants } from '@darkroom/domain';
import type { ApiDependencies } from '../api-dependencies.ts';
import type { Route } from '../route.ts';

export function requestVariantsRoute(deps: ApiDependencies): Route {
  const request = requestVariants(deps);
  return {
    methods: ['post'],
    path: '/images/:id/variants',
    access: 'user',
    handle: async ({ caller, id, body }) => {
      const image = await findImage(deps.images, id(), caller.scope);
      const { variant_types: names = [] } = await body(rebuildRequestSchema);
      await request(image.id, caller.scope, names);
      return { status: 202, body: { message: 'The variants will be built again.' } };
    },
  };
}
