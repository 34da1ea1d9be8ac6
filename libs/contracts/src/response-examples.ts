import { eventExamples } from './event-examples.ts';

/**
 * Examples of what the API answers, for its document: one image of one owner all through. They stand apart from the
 * schemas, which they would bury; a test holds each against its schema.
 */
const imageId = '01948f3c-6d2e-7c41-9b7a-0c5d8e1f2a3b';
const earlier = '2026-03-01T09:29:48.120Z';
const time = '2026-03-01T09:30:00.000Z';
const store = 'https://photos.s3.eu-central-1.amazonaws.com';
const stem = `1/u-alice/2026/03/01/${imageId}`;
const original = `originals/${stem}-9f86d081884c7d659a2feaa0c55ad015.jpg`;
const signed = 'X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Expires=900&X-Amz-Signature=5b1d';
const placeholder = '3OcRJYB4d3h/iIeHeEh3eIhw+j3A';

export const categoryExample = {
  id: 1,
  name: 'General',
  description: 'Photos of any kind',
  max_file_size: 10_485_760,
  allowed_extensions: ['jpg', 'png', 'webp'],
  is_active: true,
  visibility: 'public',
};

export const processingExample = {
  variants: { state: 'ready', attempts: 1, error: null },
  metadata: { state: 'ready', attempts: 1, error: null },
};

export const variantExample = {
  variant_type: 'thumbnail',
  url: `${store}/images/${stem}_thumbnail-3b2f8c01.webp`,
  width: 150,
  height: 113,
  file_size: 4_812,
  content_type: 'image/webp',
};

export const imageExample = {
  id: imageId,
  original_filename: 'harbour.jpg',
  file_key: original,
  file_size: 2_481_311,
  content_type: 'image/jpeg',
  width: 1600,
  height: 1200,
  status: 'completed',
  title: 'Harbour in fog',
  description: 'Taken from the ferry.',
  alt_text: 'A pier that ends in fog',
  tags: ['sea', 'fog'],
  url: `${store}/${original}?${signed}`,
  created_at: earlier,
  updated_at: time,
  category: categoryExample,
  processing: processingExample,
  placeholder,
  dominant_color: '#5a6f7c',
  metadata: { exif: { Make: 'Canon', Model: 'EOS R6', FNumber: 8 } },
  gps: { latitude: 35.1796, longitude: 129.0756 },
  failure_code: null,
  variants: [variantExample],
};

export const imageSummaryExample = {
  id: imageId,
  original_filename: 'harbour.jpg',
  status: 'completed',
  title: 'Harbour in fog',
  url: imageExample.url,
  created_at: earlier,
  category_name: 'General',
  placeholder,
  thumbnail_url: variantExample.url,
  small_url: variantExample.url.replace('thumbnail', 'small'),
  preview_url: variantExample.url.replace('thumbnail', 'medium'),
  width: 1600,
  height: 1200,
};

export const imageListExample = {
  items: [imageSummaryExample],
  count: 128,
  next_cursor: 'MjAyNi0wMy0wMVQwOToyOTo0OC4xMjBaLDAxOTQ4ZjNj',
};

const incoming = `incoming/${stem}.jpg`;
export const presignedExamples = [
  {
    success: true,
    data: {
      url: store,
      fields: {
        key: incoming,
        'Content-Type': 'image/jpeg',
        policy: 'eyJleHBpcmF0aW9uIjoiMjAyNi0wMy0wMVQwOTo0NDo0OC4xMjBaIn0=',
        'x-amz-algorithm': 'AWS4-HMAC-SHA256',
        'x-amz-credential': 'AKIDEXAMPLE/20260301/eu-central-1/s3/aws4_request',
        'x-amz-date': '20260301T092948Z',
        'x-amz-signature': '5b1d7c0e',
      },
      file_key: incoming,
      image_id: imageId,
      expires_at: '2026-03-01T09:44:48.120Z',
    },
  },
  { success: true, data: { duplicate: true, image_id: imageId, image: imageExample } },
];

export const quotaExample = {
  max_images: 10_000,
  max_bytes: 10_737_418_240,
  used_images: 128,
  used_bytes: 317_607_808,
  own: false,
};

export const overviewExample = {
  total_images: 128,
  total_size: 317_607_808,
  by_category: [{ category__name: 'General', count: 128, total_size: 317_607_808 }],
  by_status: [
    { status: 'completed', count: 128 },
    { status: 'failed', count: 2 },
  ],
  recent_uploads: [imageSummaryExample],
  quota: quotaExample,
};

export const uploadStatusExample = {
  image_id: imageId,
  status: 'completed',
  file_exists_in_s3: true,
  upload_started_at: earlier,
  upload_completed_at: time,
  processing: processingExample,
  failure_code: null,
};

export const timelineEntryExample = {
  seq: 3,
  type: 'accepted',
  at: time,
  detail: { content_type: 'image/jpeg', width: 1600, height: 1200 },
};

export const liveEntryExample = { ...timelineEntryExample, image_id: imageId };
export const liveResetExample = { reason: 'pruned' };

const webhookId = '01948f3d-1a70-7f7e-8d15-7c3b9e02d4a6';
const deliveryId = '01948f3d-52c4-7b0a-9f3c-41d8a6e0b7c5';
export const webhookExample = {
  id: webhookId,
  url: 'https://shop.example/hooks/darkroom',
  description: 'The shop',
  event_types: ['image.variants_generated', 'image.rejected'],
  status: 'active',
  paused_reason: null,
  failing_since: null,
  previous_secret_until: null,
  created_at: earlier,
  updated_at: earlier,
};

export const webhookWithSecretExample = {
  ...webhookExample,
  secret: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD',
};

export const webhookDeliveryExample = {
  id: deliveryId,
  type: 'image.variants_generated',
  image_id: imageId,
  status: 'delivered',
  attempts: 2,
  due_at: null,
  created_at: time,
  settled_at: '2026-03-01T09:30:06.410Z',
};

export const webhookAttemptExample = {
  number: 1,
  at: time,
  duration_ms: 84,
  status: 503,
  error: 'answered 503',
  response: 'upstream connect error',
};

export const webhookDeliveryDetailExample = {
  ...webhookDeliveryExample,
  payload: {
    type: 'image.variants_generated',
    timestamp: time,
    data: { image_id: imageId, owner_id: 'alice', category_id: 1, image_seq: 2, variants: [] },
  },
  log: [
    webhookAttemptExample,
    {
      ...webhookAttemptExample,
      number: 2,
      at: '2026-03-01T09:30:06.300Z',
      status: 204,
      error: null,
      response: null,
    },
  ],
};

export const deadLetterExample = {
  id: '01948f5e-03b9-7d6c-a1f0-5e2c7b8d9a40',
  group: 'variant-worker',
  code: 'attempts_spent',
  event_type: 'ImageUploaded',
  image_id: imageId,
  error: 'The store cannot be reached.',
  attempts: 8,
  buried_at: '2026-03-01T10:12:31.004Z',
};

export const deadLetterDetailExample = {
  ...deadLetterExample,
  event_id: '01948f3c-9e1b-7a52-8c4d-2f6b0a7c1d38',
  partition: 4,
  offset: '1873',
  key: imageId,
  headers: { ce_specversion: '1.0', ce_type: 'ImageUploaded', ce_subject: imageId, ce_sequence: '1' },
  payload: eventExamples.ImageUploaded,
  payload_base64: null,
};

export const operationsExample = {
  usage: {
    images: 48_210,
    bytes: 119_620_000_000,
    by_status: [{ status: 'completed', count: 48_210 }],
  },
  groups: [{ group: 'variant-worker', lag_events: 2, lag_seconds: 0.4, waiting: 0, dead_letters: 1 }],
  unsequenced: 0,
  unready: { images: 2, oldest_seconds: 0.4 },
  stuck: [],
  orphans: [{ image_id: imageId, since: earlier }],
  cleanup: [{ task: 'orphans', succeeded_at: '2026-03-01T09:15:02.377Z' }],
};
