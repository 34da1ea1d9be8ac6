import { z } from 'zod';
import { imageStatuses, visibilities } from './codes.ts';
import { mediaTypeOfExtension, mediaTypes } from './media-types.ts';

const forbiddenInNames = /[<>:"|?*\\/\u0000-\u001f\u007f-\u009f]/u;
/** PostgreSQL keeps no NUL character in a text, and ids of categories in 32 bits. */
const hasNul = (value: string): boolean => value.includes('\u0000');
const withoutNul = 'no NUL character';
const categoryId = { max: 2_147_483_647, message: 'there is no category with such an id' };

/** A file name as a person's computer gives it: trimmed, NFC, 1 to 255 characters, nothing that a path could be made of. */
export const fileNameSchema = z
  .string()
  .transform((name) => name.toWellFormed().normalize('NFC').trim())
  .pipe(
    z
      .string()
      .min(1, 'give the name of the file')
      .max(255, 'at most 255 characters')
      .refine((name) => !forbiddenInNames.test(name), 'none of < > : " | ? * \\ / and no control characters'),
  )
  .meta({
    description:
      'As the person named it: 1 to 255 characters, none of < > : " | ? * \\ / and no control characters.',
    examples: ['harbour.jpg'],
  });

export const sha256Schema = z
  .string()
  .regex(/^[0-9a-fA-F]{64}$/, 'a SHA-256 as 64 hexadecimal digits')
  .transform((value) => value.toLowerCase());

/** Existing front ends send every form field, filled or not: `""` is no title, and `[""]` is no tag. */
const text = (max: number) =>
  z
    .string()
    .trim()
    .max(max, `at most ${max} characters`)
    .refine((value) => !hasNul(value), withoutNul)
    .transform((value) => value.toWellFormed());
const tags = z
  .array(z.string())
  .transform((list) => [
    ...new Set(list.map((tag) => tag.toWellFormed().normalize('NFC').trim()).filter((tag) => tag !== '')),
  ])
  .pipe(
    z
      .array(
        z
          .string()
          .max(64, 'a tag has at most 64 characters')
          .refine((tag) => !hasNul(tag), withoutNul),
      )
      .max(50, 'at most 50 tags'),
  );

export const presignRequestSchema = z
  .object({
    filename: fileNameSchema,
    content_type: z
      .string()
      .trim()
      .toLowerCase()
      .meta({ description: 'Taken from the extension where it is empty.', examples: ['image/jpeg'] }),
    file_size: z
      .int('a whole number of bytes')
      .positive('more than 0 bytes')
      .meta({ description: 'Bytes.', examples: [2_481_311] }),
    category_id: z
      .int()
      .positive()
      .max(categoryId.max, categoryId.message)
      .meta({ examples: [1] }),
    checksum_sha256: z
      .string()
      .regex(/^(?:[0-9a-fA-F]{64})?$/, 'a SHA-256 as 64 hexadecimal digits')
      .transform((value) => (value === '' ? undefined : value.toLowerCase()))
      .meta({
        description: 'S3 and the API then refuse any other file. 64 hexadecimal digits; `""` is none.',
      })
      .optional(),
    on_duplicate: z
      .enum(['upload', 'reuse', ''])
      .default('upload')
      .transform((value) => (value === '' ? 'upload' : value))
      .meta({
        description:
          '`reuse`, with a checksum: an image that you have already is answered instead of a form.',
      }),
  })
  .meta({
    id: 'PresignRequest',
    description: 'The file that is to be uploaded.',
    examples: [{ filename: 'harbour.jpg', content_type: 'image/jpeg', file_size: 2_481_311, category_id: 1 }],
  });
export type PresignRequest = z.infer<typeof presignRequestSchema>;

export const describeSchema = z
  .object({
    title: text(255).optional(),
    description: text(10_000).optional(),
    alt_text: text(1_000).optional(),
    tags: tags.optional(),
  })
  .meta({
    id: 'Description',
    description: 'What is left out stays as it is.',
    examples: [{ title: 'Harbour in fog', alt_text: 'A pier that ends in fog', tags: ['sea', 'fog'] }],
  });
export type Description = z.infer<typeof describeSchema>;

export const completeRequestSchema = describeSchema
  .extend({ image_id: z.uuid().meta({ description: 'The same as in the path.' }) })
  .meta({
    id: 'CompleteRequest',
    description: 'The upload that is done, and its description.',
    examples: [{ image_id: '01948f3c-6d2e-7c41-9b7a-0c5d8e1f2a3b', title: 'Harbour in fog', tags: ['sea'] }],
  });

export const rebuildRequestSchema = z
  .object({
    variant_types: z
      .array(z.string().min(1))
      .max(50)
      .optional()
      .meta({ description: 'All of them where left out.', examples: [['thumbnail']] }),
  })
  .meta({
    id: 'RebuildRequest',
    description: 'The variants to build again.',
    examples: [{ variant_types: ['thumbnail'] }],
  });

const list = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => (Array.isArray(value) ? value : [value]));
const date = z.union([z.iso.datetime({ offset: true }), z.iso.date()]);

export const listQuerySchema = z.object({
  category_id: z.coerce
    .number()
    .int()
    .positive()
    .max(categoryId.max, categoryId.message)
    .optional()
    .meta({ description: 'Of this category alone.' }),
  status: z.enum(imageStatuses).optional().meta({ description: '`completed` where left out.' }),
  search: z
    .string()
    .trim()
    .max(200)
    .optional()
    .meta({ description: 'Words that all occur in title, description or file name.' }),
  tags: list.pipe(tags).optional().meta({ description: 'All of them must be there.' }),
  date_from: date.optional().meta({ description: 'Whole days of UTC where no time is given.' }),
  date_to: date.optional().meta({ description: 'Belongs to the range.' }),
  page: z.coerce
    .number()
    .int()
    .min(1)
    .max(10_000)
    .optional()
    .meta({ description: 'Counts from 1. `cursor` goes before it.' }),
  page_size: z.coerce.number().int().min(1).max(100).default(20).meta({ description: 'At most so many.' }),
  cursor: z.string().max(500).optional().meta({ description: '`next_cursor` of the page before.' }),
});
export type ListQuery = z.infer<typeof listQuerySchema>;

/** S3 takes at most 5 GiB in one POST. */
const maxPostBytes = 5 * 1024 ** 3;
const extension = z
  .string()
  .trim()
  .toLowerCase()
  .refine(
    (value) => mediaTypeOfExtension(value) !== undefined,
    `one of ${[...new Set(Object.values(mediaTypes).flat())].join(', ')}`,
  );
const categoryFields = {
  name: text(100).pipe(z.string().min(1, 'give the category a name')),
  description: text(1_000),
  /** Bytes. */
  max_file_size: z.int().positive().max(maxPostBytes, 'S3 takes at most 5 GiB in one POST'),
  allowed_extensions: z
    .array(extension)
    .min(1, 'at least one extension')
    .transform((list) => [...new Set(list)]),
  is_active: z.boolean(),
  visibility: z.enum(visibilities),
} as const;

/** A new category, as admins make one. */
export const categoryInputSchema = z
  .object({
    ...categoryFields,
    description: categoryFields.description.default(''),
    is_active: categoryFields.is_active.default(true),
    visibility: categoryFields.visibility.default('public'),
  })
  .meta({
    id: 'CategoryInput',
    description: 'A new category.',
    examples: [{ name: 'Products', max_file_size: 10_485_760, allowed_extensions: ['jpg', 'png'] }],
  });
export type CategoryInput = z.infer<typeof categoryInputSchema>;

/** What is to change about a category; the rest stays. */
export const categoryChangeSchema = z
  .object(categoryFields)
  .partial()
  .meta({
    id: 'CategoryChange',
    description: 'What is left out stays as it is.',
    examples: [{ is_active: false }],
  });
export type CategoryChange = z.infer<typeof categoryChangeSchema>;

const most = z.int().nonnegative().nullable();

/** What an owner may have from now on. */
export const quotaInputSchema = z
  .object({
    max_images: most.meta({ description: 'Null: any number.' }),
    max_bytes: most.meta({ description: 'Null: any number.' }),
  })
  .meta({
    id: 'QuotaInput',
    description: 'A quota in place of the default one.',
    examples: [{ max_images: 10_000, max_bytes: 10_737_418_240 }],
  });
