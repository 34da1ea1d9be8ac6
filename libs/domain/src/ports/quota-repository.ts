import type { Quota, Usage } from '../model/quota.ts';

/** Quotas of owners who have one of their own, and what each owner has. */
export interface QuotaRepository {
  /** Undefined: the default counts. */
  get(ownerId: string): Promise<Quota | undefined>;
  put(ownerId: string, quota: Quota): Promise<void>;
  /** From now on the default counts. Answers whether there was one. */
  remove(ownerId: string): Promise<boolean>;
  /** From the counters, as of the last commit. */
  usage(ownerId: string): Promise<Usage>;
}
