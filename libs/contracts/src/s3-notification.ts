import { z } from 'zod';

/** One record of an S3 event notification, version 2.x (Amazon S3 User Guide, "Event message structure"). */
const s3Record = z.object({
  eventVersion: z.string(),
  eventSource: z.string(),
  eventName: z.string(),
  eventTime: z.string().optional(),
  s3: z.object({
    bucket: z.object({ name: z.string() }),
    object: z.object({
      /** URL-encoded, with `+` for a space. */
      key: z.string(),
      size: z.number().optional(),
      eTag: z.string().optional(),
      sequencer: z.string().optional(),
    }),
  }),
});
export const s3NotificationSchema = z.object({ Records: z.array(s3Record).min(1) });

/** Sent once when a notification is configured. */
export const s3TestEventSchema = z.object({ Event: z.literal('s3:TestEvent'), Bucket: z.string() });

/** The same, wrapped by an SNS topic that feeds the queue. */
export const snsEnvelopeSchema = z.object({
  Type: z.literal('Notification'),
  TopicArn: z.string(),
  Message: z.string(),
});

/** The same, as EventBridge sends it ("Object Created"); here the key is not URL-encoded. */
export const eventBridgeSchema = z.object({
  'detail-type': z.string(),
  source: z.literal('aws.s3'),
  detail: z.object({
    bucket: z.object({ name: z.string() }),
    object: z.object({ key: z.string(), size: z.number().optional(), etag: z.string().optional() }),
  }),
});
