import { newId } from '@darkroom/kernel';
import { ChangeBuilder, type ImageChange } from '../model/image-change.ts';
import { idleTask, type Image, type Variant } from '../model/image.ts';
import { incomingKey, newOriginalKey } from '../model/object-keys.ts';

const size = 1_234;

/** An image as presigning makes it: `uploading`, of an owner that nobody else has, unless said otherwise. */
export function sampleImage(fields: Partial<Image> = {}): Image {
  const id = fields.id ?? newId();
  const createdAt = fields.createdAt ?? new Date('2026-03-01T10:00:00.123Z');
  const parts = {
    id,
    ownerId: fields.ownerId ?? `owner-${id}`,
    categoryId: fields.categoryId ?? 1,
    createdAt,
  };
  return {
    ...parts,
    status: 'uploading',
    failureCode: null,
    originalFilename: 'IMG_0001.jpg',
    declared: { contentType: 'image/jpeg', size, sha256: null },
    incomingKey: incomingKey(parts, 'image/jpeg'),
    originalKey: null,
    contentType: 'image/jpeg',
    fileSize: size,
    width: null,
    height: null,
    sha256: null,
    title: '',
    description: '',
    altText: '',
    tags: [],
    placeholder: null,
    dominantColor: null,
    perceptualHash: null,
    metadata: null,
    gps: null,
    processing: { variants: idleTask, metadata: idleTask },
    variants: [],
    version: 1,
    imageSeq: 0,
    timelineSeq: 0,
    traceparent: null,
    updatedAt: createdAt,
    uploadStartedAt: createdAt,
    policyExpiresAt: new Date(createdAt.getTime() + 900_000),
    uploadCompletedAt: null,
    describedAt: null,
    deletedAt: null,
    statusBeforeDelete: null,
    purgeAfter: null,
    ...fields,
  };
}

/** A sample that has been accepted: completed, with an original and both tasks asked for. */
export function acceptedImage(fields: Partial<Image> = {}): Image {
  const image = sampleImage(fields);
  const task = { ...idleTask, requestedSeq: 1 };
  return {
    ...image,
    status: 'completed',
    originalKey: newOriginalKey(image, 'image/jpeg'),
    width: 800,
    height: 600,
    uploadCompletedAt: image.createdAt,
    processing: { variants: task, metadata: task },
    ...fields,
  };
}

export function sampleVariant(image: Image, name: string): Variant {
  const key = `images/${image.categoryId}/${image.id}_${name}-0a1b2c3d.webp`;
  return { name, key, width: 150, height: 113, size: 4_321, contentType: 'image/webp' };
}

/** The change that adds an image with what the builder is told. */
export function changeOf(
  image: Image,
  tell: (change: ChangeBuilder) => unknown = () => undefined,
): ImageChange {
  const change = new ChangeBuilder(image, image.updatedAt);
  tell(change);
  return change.build();
}
