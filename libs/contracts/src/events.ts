import { z } from 'zod';
import { failureCodes, processingTasks } from './codes.ts';

/**
 * Events carry ids, sizes, types and keys; no file name, title, EXIF or position, so that erasing a person's data
 * need not touch Kafka.
 */
const base = { image_id: z.uuid(), owner_id: z.string().min(1), category_id: z.int().positive() };

const variant = z.object({
  name: z.string(),
  key: z.string(),
  width: z.int().positive(),
  height: z.int().positive(),
  size: z.int().positive(),
  content_type: z.string(),
});

/** One zod schema for the data of each event. A change that breaks readers gets a new version. */
export const eventSchemas = {
  ImageUploaded: z.object({
    ...base,
    key: z.string(),
    content_type: z.string(),
    size: z.int().positive(),
    width: z.int().positive(),
    height: z.int().positive(),
    sha256: z.string().nullable(),
  }),
  ImageRejected: z.object({ ...base, code: z.enum(failureCodes) }),
  ImageVariantsGenerated: z.object({ ...base, variants: z.array(variant) }),
  ImageMetadataExtracted: z.object({
    ...base,
    width: z.int().positive(),
    height: z.int().positive(),
    sha256: z.string(),
    dominant_color: z.string(),
  }),
  ImageUpdated: z.object({ ...base, fields: z.array(z.string()) }),
  ImageDeleted: z.object({ ...base, permanent: z.boolean(), keys: z.array(z.string()) }),
  ImageProcessingFailed: z.object({
    ...base,
    task: z.enum(processingTasks),
    attempts: z.int().nonnegative(),
    reason: z.string(),
  }),
  ImageReprocessRequested: z.object({
    ...base,
    tasks: z.array(z.enum(processingTasks)).min(1),
    /** Names of the presets to build again; null: all of them. */
    variants: z.array(z.string()).nullable(),
    width: z.int().positive(),
    height: z.int().positive(),
  }),
} as const;

export type EventType = keyof typeof eventSchemas;
export type EventData<T extends EventType = EventType> = z.infer<(typeof eventSchemas)[T]>;
export const eventTypes = Object.keys(eventSchemas) as EventType[];
export const eventVersion = 1;

/** An event with its CloudEvents 1.0 attributes. `imageSeq` counts 1, 2, 3 … per image and tells doubles and order. */
export type DarkroomEvent = {
  [T in EventType]: {
    /** CloudEvents `id`: the same however often the event is sent. */
    readonly id: string;
    readonly type: T;
    /** CloudEvents `time`. */
    readonly time: Date;
    /** CloudEvents `subject` and the Kafka key. */
    readonly imageId: string;
    /** CloudEvents extension `sequence`. */
    readonly imageSeq: number;
    /** W3C Trace Context. */
    readonly traceparent: string | null;
    readonly data: EventData<T>;
  };
}[EventType];

export type EventOf<T extends EventType> = Extract<DarkroomEvent, { type: T }>;
