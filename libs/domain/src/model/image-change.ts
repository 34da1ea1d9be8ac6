import { newId } from '@darkroom/kernel';
import type { DarkroomEvent, EventData, EventType, TimelineType } from '@darkroom/contracts';
import type { Image } from './image.ts';

export interface TimelineEntry {
  readonly seq: number;
  readonly type: TimelineType;
  readonly at: Date;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** An object that nothing points at any more. The cleanup removes it once `dueAt` has passed. */
export interface Garbage {
  readonly key: string;
  readonly dueAt: Date;
}

/** Everything that one transaction writes: the row, its events, its timeline, and what may be thrown away. */
export interface ImageChange {
  readonly image: Image;
  readonly events: readonly DarkroomEvent[];
  readonly timeline: readonly TimelineEntry[];
  readonly garbage: readonly Garbage[];
}

/**
 * Collects one change of an image. Numbers events and timeline entries on from those of the image it starts with,
 * so it must be used on the row as it is under its lock.
 */
export class ChangeBuilder {
  #image: Image;
  readonly #before: Image;
  readonly #now: Date;
  readonly #events: DarkroomEvent[] = [];
  readonly #timeline: TimelineEntry[] = [];
  readonly #garbage: Garbage[] = [];

  constructor(image: Image, now: Date) {
    this.#image = image;
    this.#before = image;
    this.#now = now;
  }

  get image(): Image {
    return this.#image;
  }

  /** The `imageSeq` that the next emitted event will have. */
  get nextSeq(): number {
    return this.#image.imageSeq + 1;
  }

  set(fields: Partial<Image>): this {
    this.#image = { ...this.#image, ...fields, updatedAt: this.#now };
    return this;
  }

  emit<T extends EventType>(
    type: T,
    data: Omit<EventData<T>, 'image_id' | 'owner_id' | 'category_id'>,
  ): this {
    const { id, ownerId, categoryId, traceparent } = this.#image;
    const imageSeq = this.nextSeq;
    const event = {
      id: newId(),
      type,
      time: this.#now,
      imageId: id,
      imageSeq,
      traceparent,
      data: { image_id: id, owner_id: ownerId, category_id: categoryId, ...data },
    };
    this.#events.push(event as unknown as DarkroomEvent); // `T` ties type and data together; a union cannot say so
    this.#image = { ...this.#image, imageSeq };
    return this;
  }

  note(type: TimelineType, detail: Readonly<Record<string, unknown>> = {}): this {
    const seq = this.#image.timelineSeq + 1;
    this.#timeline.push({ seq, type, at: this.#now, detail });
    this.#image = { ...this.#image, timelineSeq: seq };
    return this;
  }

  /** Lets the cleanup remove `keys` once `graceMs` milliseconds have passed. */
  discard(keys: readonly string[], graceMs: number): this {
    const dueAt = new Date(this.#now.getTime() + graceMs);
    this.#garbage.push(...keys.map((key) => ({ key, dueAt })));
    return this;
  }

  build(): ImageChange {
    const before = this.#before;
    const image = this.#image === before ? before : { ...this.#image, version: before.version + 1 };
    return { image, events: this.#events, timeline: this.#timeline, garbage: this.#garbage };
  }
}
