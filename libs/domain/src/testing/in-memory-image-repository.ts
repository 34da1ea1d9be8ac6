import { AppError } from '@darkroom/kernel';
import type { ImageChange } from '../model/image-change.ts';
import type { Image } from '../model/image.ts';
import type { ImageRepository } from '../ports/image-repository.ts';
import { keysHeldBy, type InMemoryState } from './in-memory-state.ts';

export class InMemoryImageRepository implements ImageRepository {
  readonly #state: InMemoryState;

  constructor(state: InMemoryState) {
    this.#state = state;
  }

  async insert(change: ImageChange): Promise<void> {
    const { image } = change;
    const taken = [...this.#state.images.values()].some(
      ({ id, incomingKey }) => id === image.id || incomingKey === image.incomingKey,
    );
    if (taken) throw new AppError('conflict', 'there is an image with this id or key already');
    if (!this.#state.categories.has(image.categoryId)) throw new AppError('conflict', 'no such category');
    this.#write(change);
  }

  async get(id: string): Promise<Image | undefined> {
    return this.#state.images.get(id);
  }

  async findByIncomingKey(key: string): Promise<Image | undefined> {
    return [...this.#state.images.values()].find(({ incomingKey }) => incomingKey === key);
  }

  async update(id: string, decide: (image: Image) => ImageChange | undefined): Promise<Image | undefined> {
    const image = this.#state.images.get(id);
    const change = image && decide(image);
    if (change !== undefined) this.#write(change);
    return change?.image ?? image;
  }

  async remove(id: string): Promise<void> {
    if (this.#state.images.get(id)?.status !== 'deleted') return;
    this.#state.images.delete(id);
    this.#state.timeline.delete(id);
  }

  #write({ image, events, timeline, garbage }: ImageChange): void {
    const state = this.#state;
    const held = new Set(keysHeldBy(state.images.get(image.id) ?? { ...image, status: 'deleted' }));
    const pointedAtAnew = keysHeldBy(image).filter((key) => !held.has(key));
    for (const key of pointedAtAnew) state.garbage.delete(key);
    state.images.set(image.id, image);
    state.timeline.set(image.id, [...(state.timeline.get(image.id) ?? []), ...timeline]);
    state.events.push(...events);
    for (const entry of garbage) state.garbage.set(entry.key, { ...entry, lockedUntil: null });
  }
}
