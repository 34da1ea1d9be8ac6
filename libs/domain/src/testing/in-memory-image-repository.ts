import { AppError } from '@darkroom/kernel';
import type { ImageChange } from '../model/image-change.ts';
import type { Image } from '../model/image.ts';
import { keepWithin, usageGrowth, type Quota } from '../model/quota.ts';
import type { ImageRepository, InsertTerms } from '../ports/image-repository.ts';
import { keysHeldBy, requestName, usageIn, type InMemoryState } from './in-memory-state.ts';

export class InMemoryImageRepository implements ImageRepository {
  readonly #state: InMemoryState;

  constructor(state: InMemoryState) {
    this.#state = state;
  }

  async insert(change: ImageChange, { quota, request }: InsertTerms = {}): Promise<void> {
    const { image } = change;
    const name = request && requestName(image.ownerId, request.key);
    const held = name === undefined ? undefined : this.#state.requests.get(name);
    if (held !== undefined && held.expiresAt > image.createdAt) {
      throw new AppError('conflict', 'the owner has used this request key', { reason: 'request_key_taken' });
    }
    const taken = [...this.#state.images.values()].some(
      ({ id, incomingKey }) => id === image.id || incomingKey === image.incomingKey,
    );
    if (taken) throw new AppError('conflict', 'there is an image with this id or key already');
    if (!this.#state.categories.has(image.categoryId)) throw new AppError('conflict', 'no such category');
    this.#holdToQuota(quota, undefined, image);
    this.#write(change);
    if (request !== undefined && name !== undefined) {
      const { fingerprint, expiresAt } = request;
      this.#state.requests.set(name, { fingerprint, imageId: image.id, expiresAt });
    }
  }

  async get(id: string): Promise<Image | undefined> {
    return this.#state.images.get(id);
  }

  async findByIncomingKey(key: string): Promise<Image | undefined> {
    return [...this.#state.images.values()].find(({ incomingKey }) => incomingKey === key);
  }

  async update(
    id: string,
    decide: (image: Image) => ImageChange | undefined,
    quota?: Quota,
  ): Promise<Image | undefined> {
    const image = this.#state.images.get(id);
    const change = image && decide(image);
    if (change !== undefined) {
      this.#holdToQuota(quota, image, change.image);
      this.#write(change);
    }
    return change?.image ?? image;
  }

  async remove(id: string): Promise<void> {
    if (this.#state.images.get(id)?.status !== 'deleted') return;
    this.#state.images.delete(id);
    this.#state.timeline.delete(id);
  }

  #holdToQuota(byDefault: Quota | undefined, before: Image | undefined, after: Image): void {
    const growth = usageGrowth(before, after);
    if (byDefault === undefined || (growth.images <= 0 && growth.bytes <= 0)) return;
    const quota = this.#state.quotas.get(after.ownerId) ?? byDefault;
    keepWithin(quota, usageIn(this.#state, after.ownerId), growth);
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
