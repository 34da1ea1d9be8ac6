import { z } from 'zod';
import { eventExamples } from './event-examples.ts';
import { type DarkroomEvent, eventSchemas, type EventType } from './events.ts';
import {
  webhookAttemptExample,
  webhookDeliveryDetailExample,
  webhookDeliveryExample,
  webhookExample,
  webhookWithSecretExample,
} from './response-examples.ts';

/** What a webhook calls each event: words parted by full stops, as Standard Webhooks recommends. */
export const webhookTypeOf = {
  ImageUploaded: 'image.uploaded',
  ImageRejected: 'image.rejected',
  ImageVariantsGenerated: 'image.variants_generated',
  ImageMetadataExtracted: 'image.metadata_extracted',
  ImageUpdated: 'image.updated',
  ImageDeleted: 'image.deleted',
  ImageProcessingFailed: 'image.processing_failed',
  ImageReprocessRequested: 'image.reprocess_requested',
} as const satisfies Record<EventType, string>;

export type WebhookType = (typeof webhookTypeOf)[EventType];
export const webhookTypes: readonly WebhookType[] = Object.values(webhookTypeOf);

/** Sent when an owner asks for it, to whatever types the endpoint listens. */
export const testWebhookType = 'webhook.test';

const base = { image_id: true, owner_id: true, category_id: true } as const;
const sequence = {
  image_seq: z
    .int()
    .positive()
    .meta({ description: 'Counts 1, 2, 3 … per image: what comes late or twice shows by it.' }),
};
const { shape } = eventSchemas.ImageVariantsGenerated;

/** The fields that go out, by name: what an event learns to carry later stays inside. No keys, no reasons of ours. */
const publicData = {
  ImageUploaded: eventSchemas.ImageUploaded.pick({
    ...base,
    content_type: true,
    size: true,
    width: true,
    height: true,
    sha256: true,
  }).extend(sequence),
  ImageRejected: eventSchemas.ImageRejected.pick({ ...base, code: true }).extend(sequence),
  ImageVariantsGenerated: eventSchemas.ImageVariantsGenerated.pick(base).extend({
    ...sequence,
    variants: z.array(
      shape.variants.element.pick({ name: true, width: true, height: true, size: true, content_type: true }),
    ),
  }),
  ImageMetadataExtracted: eventSchemas.ImageMetadataExtracted.pick({
    ...base,
    width: true,
    height: true,
    sha256: true,
    dominant_color: true,
  }).extend(sequence),
  ImageUpdated: eventSchemas.ImageUpdated.pick({ ...base, fields: true }).extend(sequence),
  ImageDeleted: eventSchemas.ImageDeleted.pick({ ...base, permanent: true }).extend(sequence),
  ImageProcessingFailed: eventSchemas.ImageProcessingFailed.pick({
    ...base,
    task: true,
    attempts: true,
  }).extend(sequence),
  ImageReprocessRequested: eventSchemas.ImageReprocessRequested.pick({
    ...base,
    tasks: true,
    variants: true,
  }).extend(sequence),
} as const satisfies Record<EventType, z.ZodType>;

/** The body of a webhook (Standard Webhooks, "Payload structure"). */
export interface WebhookPayload {
  readonly type: WebhookType | typeof testWebhookType;
  /** When it happened, ISO 8601; not when it was sent. */
  readonly timestamp: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What the world is told of an event: ids, sizes and types, no file name, no key. */
export function webhookPayload(event: DarkroomEvent): WebhookPayload {
  return {
    type: webhookTypeOf[event.type],
    timestamp: event.time.toISOString(),
    data: publicData[event.type].parse({ ...event.data, image_seq: event.imageSeq }),
  };
}

/** One schema for each body that can come, by its type; for the API's document. */
export function webhookBodySchemas(): Readonly<Record<string, z.ZodType>> {
  const body = (type: string, data: z.ZodType, example: unknown) =>
    z
      .object({
        type: z.literal(type),
        timestamp: z.iso.datetime().meta({ description: 'When it happened.' }),
        data,
      })
      .meta({ examples: [{ type, timestamp: '2026-03-01T09:30:00.000Z', data: example }] });
  const types = Object.keys(webhookTypeOf) as EventType[];
  return {
    ...Object.fromEntries(
      types.map((type) => {
        const data = publicData[type];
        const example = data.parse({ ...eventExamples[type], image_seq: 3 });
        return [webhookTypeOf[type], body(webhookTypeOf[type], data, example)];
      }),
    ),
    [testWebhookType]: body(testWebhookType, z.object({ webhook_id: z.uuid() }), {
      webhook_id: webhookExample.id,
    }),
  };
}

/** `by_owner`: asked for; `gone`: it answered 410; `failing`: nothing has got through for days. */
export const webhookPauseReasons = ['by_owner', 'gone', 'failing'] as const;
export type WebhookPauseReason = (typeof webhookPauseReasons)[number];

/** `dead`: given up; it can be replayed. */
export const webhookDeliveryStates = ['pending', 'delivered', 'dead'] as const;
export type WebhookDeliveryState = (typeof webhookDeliveryStates)[number];

const fields = {
  url: z
    .string()
    .trim()
    .max(2_000, 'at most 2000 characters')
    .meta({
      description: 'Reached by https at a public address, unless this server is configured otherwise.',
      examples: ['https://shop.example/hooks/darkroom'],
    }),
  description: z
    .string()
    .trim()
    .max(255, 'at most 255 characters')
    .transform((text) => text.toWellFormed().replaceAll('\u0000', '')),
  event_types: z
    .array(z.enum(webhookTypes as [WebhookType, ...WebhookType[]]))
    .min(1, 'at least one type, or null for all of them')
    .transform((list) => [...new Set(list)])
    .nullable()
    .meta({ description: 'What it is told of. Null: everything, types that come later too.' }),
};

/** A new endpoint. */
export const webhookInputSchema = z
  .object({
    url: fields.url,
    description: fields.description.default(''),
    event_types: fields.event_types.default(null),
  })
  .meta({
    id: 'WebhookInput',
    description: 'A new endpoint.',
    examples: [
      {
        url: 'https://shop.example/hooks/darkroom',
        event_types: ['image.variants_generated', 'image.rejected'],
      },
    ],
  });
export type WebhookInput = z.infer<typeof webhookInputSchema>;

/** What is to change about an endpoint; the rest stays. */
export const webhookChangeSchema = z
  .object({
    ...fields,
    paused: z.boolean().meta({ description: 'While it is paused nothing is sent, and nothing new is kept.' }),
  })
  .partial()
  .meta({
    id: 'WebhookChange',
    description: 'What is left out stays as it is.',
    examples: [{ paused: false }],
  });
export type WebhookChange = z.infer<typeof webhookChangeSchema>;

const timestamp = z.iso.datetime().meta({ examples: ['2026-03-01T09:30:00.000Z'] });
const id = z.uuid().meta({ examples: ['01948f3c-6d2e-7c41-9b7a-0c5d8e1f2a3b'] });

export const webhookSchema = z
  .object({
    id,
    url: z.string(),
    description: z.string(),
    event_types: z.array(z.string()).nullable(),
    status: z.enum(['active', 'paused']),
    paused_reason: z.enum(webhookPauseReasons).nullable().meta({
      description:
        '`by_owner`: asked for. `gone`: it answered 410. `failing`: nothing has got through for days.',
    }),
    failing_since: timestamp
      .nullable()
      .meta({ description: 'When the first attempt failed after the last that got through.' }),
    previous_secret_until: timestamp.nullable().meta({
      description: 'Until then webhooks are signed with the previous secret as well.',
    }),
    created_at: timestamp,
    updated_at: timestamp,
  })
  .meta({ id: 'Webhook', description: 'An endpoint that is told of events.', examples: [webhookExample] });
export type WebhookBody = z.infer<typeof webhookSchema>;

export const webhookWithSecretSchema = webhookSchema
  .extend({
    secret: z.string().meta({
      description: 'Signs what is sent. Shown this once.',
      examples: ['whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD'],
    }),
  })
  .meta({
    id: 'WebhookWithSecret',
    description: 'An endpoint, with the secret that it was just given.',
    examples: [webhookWithSecretExample],
  });

export const webhookDeliverySchema = z
  .object({
    id: id.meta({ description: 'The `webhook-id` that the receiver sees.' }),
    type: z.string().meta({ examples: ['image.uploaded'] }),
    image_id: id.nullable(),
    status: z.enum(webhookDeliveryStates),
    attempts: z.int().nonnegative(),
    due_at: timestamp.nullable().meta({ description: 'When it is tried next; null once it is settled.' }),
    created_at: timestamp,
    settled_at: timestamp.nullable(),
  })
  .meta({
    id: 'WebhookDelivery',
    description: 'One event for one endpoint.',
    examples: [webhookDeliveryExample],
  });
export type WebhookDeliveryBody = z.infer<typeof webhookDeliverySchema>;

export const webhookAttemptSchema = z
  .object({
    number: z.int().positive(),
    at: timestamp,
    duration_ms: z.int().nonnegative(),
    status: z.int().nonnegative().nullable().meta({ description: 'HTTP status; null where none came.' }),
    error: z.string().nullable().meta({ description: 'Why it counts as failed.' }),
    response: z.string().nullable().meta({ description: 'How the answer begins.' }),
  })
  .meta({ id: 'WebhookAttempt', description: 'One attempt to deliver.', examples: [webhookAttemptExample] });

export const webhookDeliveryDetailSchema = webhookDeliverySchema
  .extend({
    payload: z.record(z.string(), z.unknown()),
    log: z.array(webhookAttemptSchema).meta({ description: 'The latest 50 attempts, oldest first.' }),
  })
  .meta({
    id: 'WebhookDeliveryDetail',
    description: 'A delivery with its body and its attempts.',
    examples: [webhookDeliveryDetailExample],
  });
export type WebhookDeliveryDetailBody = z.infer<typeof webhookDeliveryDetailSchema>;

export const webhookDeliveryListSchema = z
  .object({
    items: z.array(webhookDeliverySchema),
    next_cursor: z.string().nullable().meta({ description: 'For the next page; null at the end.' }),
  })
  .meta({
    id: 'WebhookDeliveryList',
    description: 'A page of deliveries, newest first.',
    examples: [{ items: [webhookDeliveryExample], next_cursor: null }],
  });

export const webhookDeliveryQuerySchema = z.object({
  status: z
    .enum(webhookDeliveryStates)
    .optional()
    .meta({ description: 'These alone; `dead` is what was given up.' }),
  page_size: z.coerce.number().int().min(1).max(100).default(20).meta({ description: 'At most so many.' }),
  cursor: z.uuid().optional().meta({ description: '`next_cursor` of the page before.' }),
});
export type WebhookDeliveryQuery = z.infer<typeof webhookDeliveryQuerySchema>;
