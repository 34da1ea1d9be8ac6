import { AppError } from '@darkroom/kernel';
import { z } from 'zod';
import type { BusRecord } from './event-bus.ts';
import { type DarkroomEvent, eventSchemas, type EventType, eventTypes, eventVersion } from './events.ts';

/** What travels: key, headers and value of one message. */
export type EventRecord = Pick<BusRecord, 'key' | 'headers' | 'value'>;

/** CloudEvents `source`. */
export const eventSource = 'urn:darkroom:images';

/**
 * Header of a message on Kafka that holds the place of the span that sent it, as a `traceparent`, where it was traced. The
 * event's own `traceparent` says where the event was made, and stays as it is.
 */
export const producerTraceparent = 'darkroom_producer_traceparent';

/** CloudEvents `dataschema`, which carries the version. */
export const schemaUri = (type: string): string => `urn:darkroom:event:${type}:${eventVersion}`;

/**
 * An event as a message in CloudEvents 1.0 binary content mode (Kafka protocol binding): attributes in `ce_` headers,
 * the data alone in the value. Both buses carry exactly this.
 */
export function recordOfEvent(event: DarkroomEvent): EventRecord {
  const headers: Record<string, string> = {
    ce_specversion: '1.0',
    ce_id: event.id,
    ce_source: eventSource,
    ce_type: event.type,
    ce_time: event.time.toISOString(),
    ce_subject: event.imageId,
    ce_sequence: String(event.imageSeq),
    ce_partitionkey: event.imageId,
    ce_dataschema: schemaUri(event.type),
    'content-type': 'application/json',
  };
  if (event.traceparent !== null) headers.traceparent = event.traceparent;
  return { key: event.imageId, headers, value: new TextEncoder().encode(JSON.stringify(event.data)) };
}

/** The event type that a message names in its header, known to this version or not; undefined where it names none. */
export function typeOfRecord(record: Pick<EventRecord, 'headers'>): string | undefined {
  const type = record.headers.ce_type;
  return type === undefined || type === '' ? undefined : type;
}

/** The headers that a reader needs. */
export const headersSchema = z.object({
  ce_specversion: z.literal('1.0'),
  ce_id: z.string().min(1),
  ce_type: z.enum(eventTypes as [EventType, ...EventType[]]),
  ce_time: z.iso.datetime({ offset: true }),
  ce_subject: z.uuid(),
  ce_sequence: z.string().regex(/^[1-9]\d{0,14}$/),
  ce_dataschema: z.string(),
  'content-type': z.string().regex(/^application\/json\b/i),
  traceparent: z.string().optional(),
  [producerTraceparent]: z.string().optional(),
});

const invalid = (message: string, cause: unknown): AppError =>
  new AppError('invalid', message, { reason: 'unparsable', cause });

/**
 * The event that a message carries, checked by its schema. Throws `AppError` `invalid` with reason `unparsable` for
 * anything else: a poison message.
 */
export function parseEvent(record: EventRecord): DarkroomEvent {
  const parsed = headersSchema.safeParse(record.headers);
  if (!parsed.success)
    throw invalid(`the headers are no event's: ${z.prettifyError(parsed.error)}`, parsed.error);
  const headers = parsed.data;
  const type = headers.ce_type;
  if (headers.ce_dataschema !== schemaUri(type))
    throw invalid(`unknown version: ${headers.ce_dataschema}`, undefined);
  const data = eventSchemas[type].safeParse(jsonOf(record.value));
  if (!data.success)
    throw invalid(`the data is not of a ${type}: ${z.prettifyError(data.error)}`, data.error);
  if (data.data.image_id !== headers.ce_subject)
    throw invalid('subject and data name different images', undefined);
  const event = {
    id: headers.ce_id,
    type,
    time: new Date(headers.ce_time),
    imageId: headers.ce_subject,
    imageSeq: Number(headers.ce_sequence),
    traceparent: headers.traceparent ?? null,
    data: data.data,
  };
  return event as DarkroomEvent; // the schema was chosen by `type`; a union cannot say so
}

function jsonOf(value: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(value));
  } catch (error) {
    throw invalid('the value is not JSON', error);
  }
}
