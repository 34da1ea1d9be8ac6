import { z } from 'zod';
import { timelineEntrySchema } from './http-responses.ts';
import { liveEntryExample, liveResetExample } from './response-examples.ts';

const offset = z.int().nonnegative().meta({ description: 'Its place in the log: what a client goes on by.' });

const place = z.string().regex(/^\d{1,15}$/, 'an id that a stream gave out');

/** Query of the streams, for clients that can send no headers. */
export const liveQuerySchema = z.object({
  last_event_id: place
    .transform(Number)
    .optional()
    .meta({ description: 'The same as `Last-Event-ID`, which counts where both are given.' }),
  ticket: z.string().optional().meta({ description: 'Instead of a token.' }),
});

/** `Last-Event-ID`. */
export const lastEventIdSchema = place.transform(Number);

/** `data` of `event: timeline` in the stream over all images. */
export const liveEntrySchema = timelineEntrySchema.extend({ image_id: z.uuid() }).meta({
  id: 'LiveEntry',
  description: 'Something that happened to one of the images.',
  examples: [liveEntryExample],
});
export type LiveEntryBody = z.infer<typeof liveEntrySchema>;

/** `data` of `event: reset`. */
export const liveResetSchema = z
  .object({
    reason: z.enum(['pruned']).meta({
      description: 'What came between is no longer kept: read what you show anew, then go on.',
    }),
  })
  .meta({
    id: 'LiveReset',
    description: 'Something was missed that cannot be made up for.',
    examples: [liveResetExample],
  });
export type LiveResetBody = z.infer<typeof liveResetSchema>;

/** What `POST /tickets` answers. */
export const ticketSchema = z
  .object({
    ticket: z.string(),
    expires_at: z.iso.datetime(),
  })
  .meta({
    id: 'Ticket',
    description: 'Opens one stream, as `?ticket=`.',
    examples: [
      { ticket: 'pZ5pV0c1o2nN7wqkqk0zVw4k6m1TzB3gYb0yB2cH8xM', expires_at: '2026-03-01T09:31:00.000Z' },
    ],
  });
export type TicketBody = z.infer<typeof ticketSchema>;

/** A client's first and only message on the WebSocket. */
export const liveHelloSchema = z.strictObject({
  token: z.string().min(1),
  last_event_id: z
    .union([z.string().regex(/^\d{1,15}$/), z.int().min(0).max(999_999_999_999_999)])
    .transform(Number)
    .optional(),
});
export type LiveHello = z.infer<typeof liveHelloSchema>;

/** What the WebSocket says: an entry, that something was missed, or how far the stream has come (`offset` alone). */
export const liveMessageSchema = z.union([
  liveEntrySchema.extend({ offset }),
  z.object({ reset: liveResetSchema, offset }),
  z.strictObject({ offset }),
]);
export type LiveMessage = z.infer<typeof liveMessageSchema>;
