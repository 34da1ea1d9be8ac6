import type { Quota, Usage } from '../model/quota.ts';
import type { QuotaRepository } from '../ports/quota-repository.ts';
import type { HeldRequest, RequestKeys } from '../ports/request-keys.ts';
import { requestName, usageIn, type InMemoryState } from './in-memory-state.ts';

export class InMemoryQuotaRepository implements QuotaRepository {
  readonly #state: InMemoryState;

  constructor(state: InMemoryState) {
    this.#state = state;
  }

  async get(ownerId: string): Promise<Quota | undefined> {
    return this.#state.quotas.get(ownerId);
  }

  async put(ownerId: string, quota: Quota): Promise<void> {
    this.#state.quotas.set(ownerId, quota);
  }

  async remove(ownerId: string): Promise<boolean> {
    return this.#state.quotas.delete(ownerId);
  }

  async usage(ownerId: string): Promise<Usage> {
    return usageIn(this.#state, ownerId);
  }
}

export class InMemoryRequestKeys implements RequestKeys {
  readonly #state: InMemoryState;

  constructor(state: InMemoryState) {
    this.#state = state;
  }

  async find(ownerId: string, key: string, now: Date): Promise<HeldRequest | undefined> {
    const held = this.#state.requests.get(requestName(ownerId, key));
    if (held === undefined || held.expiresAt <= now) return undefined;
    return { fingerprint: held.fingerprint, imageId: held.imageId };
  }
}
