import type { EventData, EventType } from './events.ts';

/** Owner and image of all examples, the documents' own. */
const base = { image_id: '01948f3c-6d2e-7c41-9b7a-0c5d8e1f2a3b', owner_id: 'alice', category_id: 1 };
const stem = `1/u-alice/2026/03/01/${base.image_id}`;
const key = `originals/${stem}-9f86d081884c7d659a2feaa0c55ad015.jpg`;
const thumbnail = `images/${stem}_thumbnail-3b2f8c01.webp`;
const sha256 = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';

/** The data of one event of each type, for the documents. */
export const eventExamples: Readonly<{ [T in EventType]: EventData<T> }> = {
  ImageUploaded: {
    ...base,
    key,
    content_type: 'image/jpeg',
    size: 2_481_311,
    width: 1600,
    height: 1200,
    sha256: null,
  },
  ImageRejected: { ...base, code: 'too_many_pixels' },
  ImageVariantsGenerated: {
    ...base,
    variants: [
      {
        name: 'thumbnail',
        key: thumbnail,
        width: 150,
        height: 113,
        size: 4_812,
        content_type: 'image/webp',
      },
    ],
  },
  ImageMetadataExtracted: { ...base, width: 1600, height: 1200, sha256, dominant_color: '#5a6f7c' },
  ImageUpdated: { ...base, fields: ['title', 'tags'] },
  ImageDeleted: { ...base, permanent: false, keys: [key, thumbnail] },
  ImageProcessingFailed: {
    ...base,
    task: 'variants',
    attempts: 8,
    reason: 'The store cannot be reached.',
  },
  ImageReprocessRequested: { ...base, tasks: ['variants'], variants: null, width: 1600, height: 1200 },
};
