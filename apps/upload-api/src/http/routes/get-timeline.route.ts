import { timelineEntrySchema, type TimelineEntryBody } from '@darkroom/contracts';
import { findImage } from '@darkroom/domain';
import { z } from 'zod';
import type { ApiDependencies } from '../api-dependencies.ts';
import { defineRoute, type Route } from '../route.ts';
import { imageParams } from './shared.ts';

export function getTimelineRoute({ images, queries }: ApiDependencies): Route {
  return defineRoute({
    methods: ['get'],
    path: '/images/:id/timeline',
    access: 'user',
    operationId: 'getTimeline',
    tag: 'Images',
    summary: 'Everything that has happened to an image',
    description: 'Whole, and as it is now. To follow it there is `/images/{id}/events`.',
    params: imageParams,
    success: { status: 200, description: 'Entries, oldest first.', schema: z.array(timelineEntrySchema) },
    handle: async ({ caller, id }) => {
      const image = await findImage(images, id(), caller.scope);
      const entries = await queries.timeline(image.id, 0);
      const body: TimelineEntryBody[] = entries.map(({ at, ...entry }) => ({
        ...entry,
        at: at.toISOString(),
      }));
      return { body };
    },
  });
}
