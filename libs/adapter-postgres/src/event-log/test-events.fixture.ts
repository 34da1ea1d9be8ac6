import { newId } from '@darkroom/kernel';
import type { DarkroomEvent } from '@darkroom/contracts';

/** The `imageSeq`th event of an image, for tests. */
export function updated(imageId: string, imageSeq: number): DarkroomEvent {
  return {
    id: newId(),
    type: 'ImageUpdated',
    time: new Date(),
    imageId,
    imageSeq,
    traceparent: null,
    data: { image_id: imageId, owner_id: 'alice', category_id: 1, fields: ['title'] },
  };
}
