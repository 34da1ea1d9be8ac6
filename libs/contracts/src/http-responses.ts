import { z } from 'zod';
import { failureCodes, imageStatuses, processingStates, timelineTypes, visibilities } from './codes.ts';

const timestamp = z.iso.datetime();

export const categorySchema = z.object({
  id: z.int(),
  name: z.string(),
  description: z.string(),
  /** Bytes. */
  max_file_size: z.int(),
  allowed_extensions: z.array(z.string()),
  is_active: z.boolean(),
  visibility: z.enum(visibilities),
});
export type CategoryBody = z.infer<typeof categorySchema>;

const task = z.object({ state: z.enum(processingStates), attempts: z.int(), error: z.string().nullable() });
export const processingSchema = z.object({ variants: task, metadata: task });

export const variantSchema = z.object({
  variant_type: z.string(),
  url: z.string(),
  width: z.int(),
  height: z.int(),
  /** Bytes. */
  file_size: z.int(),
  content_type: z.string(),
});
export type VariantBody = z.infer<typeof variantSchema>;

export const imageSchema = z.object({
  id: z.uuid(),
  original_filename: z.string(),
  file_key: z.string(),
  file_size: z.int(),
  content_type: z.string(),
  width: z.int().nullable(),
  height: z.int().nullable(),
  status: z.enum(imageStatuses),
  title: z.string(),
  description: z.string(),
  alt_text: z.string(),
  tags: z.array(z.string()),
  /** The original, signed for the one who asks. Null while there is none. */
  url: z.string().nullable(),
  created_at: timestamp,
  updated_at: timestamp,
  category: categorySchema,
  processing: processingSchema,
  /** ThumbHash, base64. */
  placeholder: z.string().nullable(),
  /** `#rrggbb`. */
  dominant_color: z.string().nullable(),
  metadata: z.record(z.string(), z.unknown()).nullable(),
  /** Decimal degrees; for the owner, a service and an admin alone. */
  gps: z.record(z.string(), z.unknown()).nullable(),
  failure_code: z.enum(failureCodes).nullable(),
  variants: z.array(variantSchema),
});
export type ImageBody = z.infer<typeof imageSchema>;

export const imageSummarySchema = z.object({
  id: z.uuid(),
  original_filename: z.string(),
  status: z.enum(imageStatuses),
  title: z.string(),
  url: z.string().nullable(),
  created_at: timestamp,
  category_name: z.string(),
  placeholder: z.string().nullable(),
  thumbnail_url: z.string().nullable(),
  /** The `medium` variant (600), sharp enough for a gallery's tile; null where there is none. */
  preview_url: z.string().nullable(),
  /** Upright pixels of the original, so that a page can reserve the right space. */
  width: z.int().nullable(),
  height: z.int().nullable(),
});
export type ImageSummaryBody = z.infer<typeof imageSummarySchema>;

export const imageListSchema = z.object({
  items: z.array(imageSummarySchema),
  count: z.int(),
  next_cursor: z.string().nullable(),
});
export type ImageListBody = z.infer<typeof imageListSchema>;

export const presignedUploadSchema = z.object({
  success: z.literal(true),
  data: z.union([
    z.object({
      url: z.string(),
      fields: z.record(z.string(), z.string()),
      file_key: z.string(),
      image_id: z.uuid(),
      expires_at: timestamp,
    }),
    z.object({ duplicate: z.literal(true), image_id: z.uuid(), image: imageSchema }),
  ]),
});
export type PresignedUploadBody = z.infer<typeof presignedUploadSchema>;

export const overviewSchema = z.object({
  total_images: z.int(),
  total_size: z.int(),
  by_category: z.array(z.object({ category__name: z.string(), count: z.int(), total_size: z.int() })),
  by_status: z.array(z.object({ status: z.enum(imageStatuses), count: z.int() })),
  recent_uploads: z.array(imageSummarySchema),
});
export type OverviewBody = z.infer<typeof overviewSchema>;

export const uploadStatusSchema = z.object({
  image_id: z.uuid(),
  status: z.enum(imageStatuses),
  file_exists_in_s3: z.boolean(),
  upload_started_at: timestamp.nullable(),
  upload_completed_at: timestamp.nullable(),
  processing: processingSchema,
  failure_code: z.enum(failureCodes).nullable(),
});
export type UploadStatusBody = z.infer<typeof uploadStatusSchema>;

export const timelineEntrySchema = z.object({
  seq: z.int(),
  type: z.enum(timelineTypes),
  at: timestamp,
  detail: z.record(z.string(), z.unknown()),
});
export type TimelineEntryBody = z.infer<typeof timelineEntrySchema>;

/** RFC 9457, with Darkroom's `code` and, for the two upload calls, what existing clients read. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.string(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  success: z.literal(false).optional(),
  error: z.string().optional(),
});
export type ProblemBody = z.infer<typeof problemSchema>;
