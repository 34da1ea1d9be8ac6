import type { TimelineEntryBody } from '@darkroom/contracts';
import { findImage } from '@darkroom/domain';
import type { ApiDependencies } from '../api-dependencies.ts';
import type { Route } from '../route.ts';

export function getTimelineRoute({ images, queries }: ApiDependencies): Route {
  return {
    methods: ['get'],
    path: '/images/:id/timeline',
    access: 'user',
    handle: async ({ caller, id }) => {
      const image = await findImage(images, id(), caller.scope);
      const entries = await queries.timeline(image.id, 0);
      const body: TimelineEntryBody[] = entries.map(({ at, ...entry }) => ({
        ...entry,
        at: at.toISOString(),
      }));
      return { body };
    },
  };
}
