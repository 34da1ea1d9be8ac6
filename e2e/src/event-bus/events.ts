import { newId } from '@darkroom/kernel';
import { partitionOf, type EventOf } from '@darkroom/contracts';

/** The `imageSeq`th event of an image. */
export function uploaded(imageId: string, imageSeq = 1): EventOf<'ImageUploaded'> {
  return {
    id: newId(),
    type: 'ImageUploaded',
    time: new Date(),
    imageId,
    imageSeq,
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    data: {
      image_id: imageId,
      owner_id: 'alice',
      category_id: 1,
      key: `originals/${imageId}.jpg`,
      content_type: 'image/jpeg',
      size: 1_000,
      width: 40,
      height: 30,
      sha256: null,
    },
  };
}

export const newImages = (count: number): string[] => Array.from({ length: count }, newId);

/** `count` image ids that all fall into one partition. */
export function imagesOfOnePartition(count: number): string[] {
  const images: string[] = [];
  while (images.length < count) {
    const id = newId();
    if (partitionOf(id) === 5) images.push(id);
  }
  return images;
}
