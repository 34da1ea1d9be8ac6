import {
  lastEventIdSchema,
  liveEntrySchema,
  liveQuerySchema,
  liveResetSchema,
  timelineEntrySchema,
} from '@darkroom/contracts';
import { findImage } from '@darkroom/domain';
import { AppError } from '@darkroom/kernel';
import type { ApiDependencies } from '../api-dependencies.ts';
import { imageFeed, ownerFeed } from '../live/feeds.ts';
import { answerWithEvents } from '../live/sse.ts';
import { defineRoute, type Route } from '../route.ts';
import { imageParams } from './shared.ts';

const problems = ['too_many_streams', 'streams_exhausted', 'invalid_query'] as const;

export function streamImageRoute({ images, queries, live }: ApiDependencies): Route {
  return defineRoute({
    methods: ['get'],
    path: '/images/:id/events',
    access: 'user',
    byTicket: true,
    operationId: 'streamImage',
    tag: 'Live',
    summary: "Follow one image's timeline",
    description:
      'Server-sent events: all entries behind the last one that you have, then each as it comes. The `id` is its `seq`.',
    params: imageParams,
    query: liveQuerySchema,
    success: {
      status: 200,
      description: 'Events called `timeline`, and comments as signs of life.',
      mediaType: 'text/event-stream',
      events: { timeline: timelineEntrySchema },
    },
    problems,
    handle: async ({ caller, id, query, header }) => {
      const given = placeOf(header('last-event-id')) ?? query().last_event_id ?? 0;
      const image = await findImage(images, id(), caller.scope);
      // A place that the image has not reached is from another life of the database
      const after = given > image.timelineSeq ? 0 : given;
      const { ownerId, expiresAt } = caller;
      const open = { feed: imageFeed(queries, image.id), ownerId, after, expiresAt };
      return { stream: (request, response) => answerWithEvents(live, open, request, response) };
    },
  });
}

export function streamAllRoute({ timelineLog, live }: ApiDependencies): Route {
  return defineRoute({
    methods: ['get'],
    path: '/events',
    access: 'user',
    byTicket: true,
    operationId: 'streamAll',
    tag: 'Live',
    summary: 'Follow all images',
    description:
      'Server-sent events: what happens to all images within reach, from now on, or behind the last event that you have. ' +
      'The `id` is an offset of the log. Where what came between is no longer kept, `reset` says so.',
    query: liveQuerySchema,
    success: {
      status: 200,
      description: 'Events called `timeline` and `reset`, and comments as signs of life.',
      mediaType: 'text/event-stream',
      events: { timeline: liveEntrySchema, reset: liveResetSchema },
    },
    problems,
    handle: async ({ caller, query, header }) => {
      const after = placeOf(header('last-event-id')) ?? query().last_event_id;
      const { ownerId, scope, expiresAt } = caller;
      const open = { feed: ownerFeed(timelineLog, scope), ownerId, after, expiresAt };
      return { stream: (request, response) => answerWithEvents(live, open, request, response) };
    },
  });
}

function placeOf(header: string | undefined): number | undefined {
  if (header === undefined || header === '') return undefined;
  const { success, data } = lastEventIdSchema.safeParse(header);
  if (success) return data;
  const message = 'an id that a stream gave out';
  throw new AppError('invalid', `Please correct Last-Event-ID: ${message}.`, {
    reason: 'invalid_query',
    problems: [{ path: 'Last-Event-ID', message }],
  });
}
