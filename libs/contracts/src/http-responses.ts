import { z } from 'zod';
import { failureCodes, imageStatuses, processingStates, timelineTypes, visibilities } from './codes.ts';
import {
  categoryExample,
  imageExample,
  imageListExample,
  imageSummaryExample,
  overviewExample,
  presignedExamples,
  processingExample,
  quotaExample,
  timelineEntryExample,
  uploadStatusExample,
  variantExample,
} from './response-examples.ts';

const timestamp = z.iso.datetime().meta({ examples: ['2026-03-01T09:30:00.000Z'] });
const imageId = z.uuid().meta({ examples: ['01948f3c-6d2e-7c41-9b7a-0c5d8e1f2a3b'] });
const fileName = z.string().meta({ description: 'As the person named it.', examples: ['harbour.jpg'] });
const count = z.int().nonnegative();
const bytes = count.meta({ description: 'Bytes.', examples: [2_481_311] });
const pixels = z
  .int()
  .positive()
  .meta({ description: 'Upright pixels.', examples: [1600] });
const mediaType = z.string().meta({ examples: ['image/jpeg'] });
const placeholder = z
  .string()
  .meta({ description: 'ThumbHash, base64.', examples: ['3OcRJYB4d3h/iIeHeEh3eIhw+j3A'] })
  .nullable();

export const categorySchema = z
  .object({
    id: z.int().positive(),
    name: z.string(),
    description: z.string(),
    max_file_size: bytes,
    allowed_extensions: z.array(z.string()).meta({ description: 'Without the full stop.' }),
    is_active: z.boolean().meta({ description: 'Whether it takes uploads.' }),
    visibility: z
      .enum(visibilities)
      .meta({ description: '`public`: variants have plain URLs. `private`: signed ones, for a time.' }),
  })
  .meta({
    id: 'Category',
    description: 'What may be uploaded, and who may see it.',
    examples: [categoryExample],
  });
export type CategoryBody = z.infer<typeof categorySchema>;

const task = z.object({ state: z.enum(processingStates), attempts: count, error: z.string().nullable() });
export const processingSchema = z.object({ variants: task, metadata: task }).meta({
  id: 'Processing',
  description: 'How far the two tasks of an image have come.',
  examples: [processingExample],
});

export const variantSchema = z
  .object({
    variant_type: z.string().meta({ examples: ['medium'] }),
    url: z.string(),
    width: pixels,
    height: pixels,
    file_size: bytes,
    content_type: mediaType,
  })
  .meta({
    id: 'Variant',
    description: 'A smaller form of an image, ready to be shown.',
    examples: [variantExample],
  });
export type VariantBody = z.infer<typeof variantSchema>;

export const imageSchema = z
  .object({
    id: imageId,
    original_filename: fileName,
    file_key: z.string(),
    file_size: bytes,
    content_type: mediaType,
    width: pixels.nullable(),
    height: pixels.nullable(),
    status: z.enum(imageStatuses),
    title: z.string(),
    description: z.string(),
    alt_text: z.string(),
    tags: z.array(z.string()),
    url: z
      .string()
      .nullable()
      .meta({ description: 'The original, signed for the one who asks. Null while there is none.' }),
    created_at: timestamp,
    updated_at: timestamp,
    category: categorySchema,
    processing: processingSchema,
    placeholder,
    dominant_color: z
      .string()
      .meta({ description: '`#rrggbb`.', examples: ['#5a6f7c'] })
      .nullable(),
    metadata: z.record(z.string(), z.unknown()).nullable().meta({ description: 'EXIF, by groups.' }),
    gps: z
      .record(z.string(), z.unknown())
      .nullable()
      .meta({ description: 'Decimal degrees; for the owner, a service and an admin alone.' }),
    failure_code: z.enum(failureCodes).nullable(),
    variants: z.array(variantSchema),
  })
  .meta({ id: 'Image', description: 'One image, with all that is known of it.', examples: [imageExample] });
export type ImageBody = z.infer<typeof imageSchema>;

export const imageSummarySchema = z
  .object({
    id: imageId,
    original_filename: fileName,
    status: z.enum(imageStatuses),
    title: z.string(),
    url: z.string().nullable(),
    created_at: timestamp,
    category_name: z.string(),
    placeholder,
    thumbnail_url: z.string().nullable().meta({ description: 'The `thumbnail` variant (150).' }),
    small_url: z
      .string()
      .nullable()
      .meta({ description: "The `small` variant (300): a gallery's tile on a phone." }),
    preview_url: z
      .string()
      .nullable()
      .meta({ description: "The `medium` variant (600), sharp enough for a gallery's tile." }),
    /** Of the original, so that a page can reserve the right space. */
    width: pixels.nullable(),
    height: pixels.nullable(),
  })
  .meta({ id: 'ImageSummary', description: 'An image as lists show it.', examples: [imageSummaryExample] });
export type ImageSummaryBody = z.infer<typeof imageSummarySchema>;

export const imageListSchema = z
  .object({
    items: z.array(imageSummarySchema),
    count: count.meta({ description: 'On all pages together.' }),
    next_cursor: z.string().nullable().meta({ description: 'For the next page; null at the end.' }),
  })
  .meta({ id: 'ImageList', description: 'A page of images.', examples: [imageListExample] });
export type ImageListBody = z.infer<typeof imageListSchema>;

export const presignedUploadSchema = z
  .object({
    success: z.literal(true),
    data: z.union([
      z.object({
        url: z.string(),
        fields: z.record(z.string(), z.string()),
        file_key: z.string(),
        image_id: imageId,
        expires_at: timestamp,
      }),
      z.object({ duplicate: z.literal(true), image_id: imageId, image: imageSchema }),
    ]),
  })
  .meta({
    id: 'PresignedUpload',
    description: 'A form for S3, or the image that is there already.',
    examples: presignedExamples,
  });
export type PresignedUploadBody = z.infer<typeof presignedUploadSchema>;

const limit = (what: string) =>
  count.nullable().meta({ description: `At most so many ${what}; null: any number.` });
export const quotaSchema = z
  .object({
    max_images: limit('images').meta({ examples: [10_000] }),
    max_bytes: limit('bytes').meta({ examples: [10_737_418_240] }),
    used_images: count.meta({ description: 'Uploading and completed ones.', examples: [128] }),
    used_bytes: count.meta({ examples: [317_607_808] }),
    own: z.boolean().meta({ description: 'Whether an admin has set it for this owner.' }),
  })
  .meta({ id: 'Quota', description: 'What an owner may have, and has.', examples: [quotaExample] });
export type QuotaBody = z.infer<typeof quotaSchema>;

export const overviewSchema = z
  .object({
    total_images: count.meta({ description: 'Completed ones.' }),
    total_size: count.meta({ description: 'Bytes of their originals.' }),
    by_category: z.array(z.object({ category__name: z.string(), count, total_size: count })),
    by_status: z.array(z.object({ status: z.enum(imageStatuses), count })),
    recent_uploads: z.array(imageSummarySchema),
    quota: quotaSchema.nullable().meta({ description: 'Null for an admin who looks at all owners.' }),
  })
  .meta({ id: 'Overview', description: 'Counts and sizes.', examples: [overviewExample] });
export type OverviewBody = z.infer<typeof overviewSchema>;

export const uploadStatusSchema = z
  .object({
    image_id: imageId,
    status: z.enum(imageStatuses),
    file_exists_in_s3: z.boolean(),
    upload_started_at: timestamp.nullable(),
    upload_completed_at: timestamp.nullable(),
    processing: processingSchema,
    failure_code: z.enum(failureCodes).nullable(),
  })
  .meta({ id: 'UploadStatus', description: 'Where an upload stands.', examples: [uploadStatusExample] });
export type UploadStatusBody = z.infer<typeof uploadStatusSchema>;

export const timelineEntrySchema = z
  .object({
    seq: z.int().positive().meta({ description: 'Counts 1, 2, 3 … per image.' }),
    type: z.enum(timelineTypes),
    at: timestamp,
    detail: z.record(z.string(), z.unknown()),
  })
  .meta({
    id: 'TimelineEntry',
    description: 'Something that happened to an image.',
    examples: [timelineEntryExample],
  });
export type TimelineEntryBody = z.infer<typeof timelineEntrySchema>;

export const messageSchema = z
  .object({ message: z.string() })
  .meta({ id: 'Message', description: 'What was done, in a sentence.' });

/** RFC 9457, with Darkroom's `code` and, for the two upload calls, what existing clients read. */
export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int().min(400).max(599),
    detail: z.string().meta({ description: 'For people.' }),
    code: z.string().meta({ description: 'Stable, for programs.', examples: ['object_missing'] }),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
    success: z.literal(false).optional(),
    error: z.string().optional().meta({ description: 'Of the two upload calls alone: a sentence.' }),
  })
  .meta({ id: 'Problem', description: 'What went wrong, by RFC 9457.' });
export type ProblemBody = z.infer<typeof problemSchema>;
