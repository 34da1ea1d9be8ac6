import { z } from 'zod';
import { imageStatuses } from './codes.ts';
import { deadLetterCodes } from './event-bus.ts';
import { deadLetterDetailExample, deadLetterExample, operationsExample } from './response-examples.ts';

const count = z.int().nonnegative();
const timestamp = z.iso.datetime().meta({ examples: ['2026-03-01T09:30:00.000Z'] });
const id = z.uuid().meta({ examples: ['01948f3c-6d2e-7c41-9b7a-0c5d8e1f2a3b'] });

export const deadLetterSchema = z
  .object({
    id,
    group: z.string().meta({ description: 'Who could not handle it.', examples: ['variant-worker'] }),
    code: z.enum(deadLetterCodes).meta({
      description:
        '`attempts_spent`: every attempt failed. `unparsable`: it is no event. `refused`: the worker did not take it.',
    }),
    event_type: z
      .string()
      .nullable()
      .meta({ examples: ['ImageUploaded'] }),
    image_id: id.nullable(),
    error: z.string().meta({ description: 'Of the last attempt.' }),
    attempts: count,
    buried_at: timestamp.meta({ description: 'When it was given up.' }),
  })
  .meta({
    id: 'DeadLetter',
    description: 'An event that a worker could not handle.',
    examples: [deadLetterExample],
  });
export type DeadLetterBody = z.infer<typeof deadLetterSchema>;

export const deadLetterDetailSchema = deadLetterSchema
  .extend({
    event_id: z.string().nullable(),
    partition: count,
    offset: z.string().meta({ description: 'A whole number, which may be larger than JSON can say.' }),
    key: z.string().nullable(),
    headers: z.record(z.string(), z.string()),
    payload: z.unknown().meta({ description: 'The message, where it is JSON; else null.' }),
    payload_base64: z.string().nullable().meta({ description: 'Its bytes, where it is no JSON; else null.' }),
  })
  .meta({
    id: 'DeadLetterDetail',
    description: 'A dead letter with the whole message.',
    examples: [deadLetterDetailExample],
  });
export type DeadLetterDetailBody = z.infer<typeof deadLetterDetailSchema>;

export const deadLetterListSchema = z
  .object({
    items: z.array(deadLetterSchema),
    next_cursor: z.string().nullable().meta({ description: 'For the next page; null at the end.' }),
  })
  .meta({
    id: 'DeadLetterList',
    description: 'A page of dead letters, newest first.',
    examples: [{ items: [deadLetterExample], next_cursor: null }],
  });
export type DeadLetterListBody = z.infer<typeof deadLetterListSchema>;

export const deadLetterQuerySchema = z.object({
  page_size: z.coerce.number().int().min(1).max(100).default(20).meta({ description: 'At most so many.' }),
  cursor: z.uuid().optional().meta({ description: '`next_cursor` of the page before.' }),
});

const imageSince = z.object({ image_id: id, since: timestamp });
const lag = (what: string) =>
  z
    .number()
    .nonnegative()
    .nullable()
    .meta({
      description: `${what} Null where nobody can tell: Kafka does not answer, or no such group reads any more.`,
    });

export const operationsSchema = z
  .object({
    usage: z
      .object({
        images: count.meta({ description: 'Completed ones.' }),
        bytes: count.meta({ description: 'Of their originals.' }),
        by_status: z.array(z.object({ status: z.enum(imageStatuses), count })),
      })
      .meta({ description: 'Of all owners.' }),
    groups: z.array(
      z.object({
        group: z.string(),
        lag_events: lag('Events not finished; at most 10,000 are counted in each partition of the log.'),
        lag_seconds: lag(
          'Age of the oldest of them. Of those on Kafka: the largest of 5, 15, 60, 300, 900 and 3600 that it has reached, or 0.',
        ),
        waiting: count.meta({ description: 'Events between attempts.' }),
        dead_letters: count,
      }),
    ),
    unsequenced: count.meta({ description: 'Events that the log has not put in order yet.' }),
    unready: z
      .object({ images: count, oldest_seconds: z.number().nonnegative() })
      .meta({ description: 'Images that have arrived and are not ready.' }),
    stuck: z.array(imageSince).meta({
      description: 'Such images to which nothing has happened for 15 minutes. The first 20, and since when.',
    }),
    orphans: z.array(imageSince).meta({
      description:
        'Uploads that were begun more than a day ago and did not come. The first 20, and since when.',
    }),
    cleanup: z
      .array(z.object({ task: z.string(), succeeded_at: timestamp }))
      .meta({ description: 'When each task of the cleanup last came to its end.' }),
  })
  .meta({ id: 'Operations', description: 'How the whole installation is.', examples: [operationsExample] });
export type OperationsBody = z.infer<typeof operationsSchema>;
