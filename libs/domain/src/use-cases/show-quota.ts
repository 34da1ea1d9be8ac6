import type { QuotaBody } from '@darkroom/contracts';
import type { Quota } from '../model/quota.ts';
import type { QuotaRepository } from '../ports/quota-repository.ts';

export interface QuotaDependencies {
  readonly quotas: Pick<QuotaRepository, 'get' | 'usage'>;
  /** Of owners who have none of their own. */
  readonly quota: Quota;
}

/** What an owner may have, and has. */
export function showQuota({ quotas, quota }: QuotaDependencies) {
  return async (ownerId: string): Promise<QuotaBody> => {
    const [own, usage] = await Promise.all([quotas.get(ownerId), quotas.usage(ownerId)]);
    const { maxImages, maxBytes } = own ?? quota;
    return {
      max_images: maxImages,
      max_bytes: maxBytes,
      used_images: usage.images,
      used_bytes: usage.bytes,
      own: own !== undefined,
    };
  };
}
