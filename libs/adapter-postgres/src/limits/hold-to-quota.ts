import {
  countedStatuses,
  isLimited,
  keepWithin,
  usageGrowth,
  type Image,
  type Quota,
  type Usage,
} from '@darkroom/domain';
import type { Knex } from 'knex';
import { quotaOf, usageOf } from './postgres-quota-repository.ts';

/** Any constant will do; together with the owner's hash it must only be nobody else's within this database. */
const lockSpace = 7_310_453;

/**
 * Throws `forbidden` where there is no room for a new image as things are: to be asked before any work, so that who has no room
 * costs little and holds nobody up. Who passes is not in yet. Answers whether there is a limit at all.
 */
export async function hasRoom(knex: Knex, quotaByDefault: Quota, image: Image): Promise<boolean> {
  const quota = await limitsOf(knex, quotaByDefault, image.ownerId);
  if (quota === undefined) return false;
  keepWithin(quota, await usageOf(knex, image.ownerId, countedStatuses), usageGrowth(undefined, image));
  return true;
}

/**
 * Throws `forbidden` where the owner has more than their quota after a change that took places. Must come last in its
 * transaction, after the counters: from here to commit the owner's other changes of this kind wait, and each sees what
 * those before it have taken. Owners without a limit do not wait.
 */
export async function holdToQuota(
  trx: Knex.Transaction,
  quotaByDefault: Quota,
  before: Image | undefined,
  after: Image,
): Promise<void> {
  const growth = usageGrowth(before, after);
  if (growth.images <= 0 && growth.bytes <= 0) return;
  const quota = await limitsOf(trx, quotaByDefault, after.ownerId);
  if (quota === undefined) return;
  // A statement of its own: the next one must see what was committed while this one waited
  await trx.raw('select pg_advisory_xact_lock(?, hashtext(?))', [lockSpace, after.ownerId]);
  const usage: Usage = await usageOf(trx, after.ownerId, countedStatuses);
  const held = { images: usage.images - growth.images, bytes: usage.bytes - growth.bytes };
  keepWithin(quota, held, growth);
}

async function limitsOf(knex: Knex, quotaByDefault: Quota, ownerId: string): Promise<Quota | undefined> {
  const quota = (await quotaOf(knex, ownerId)) ?? quotaByDefault;
  return isLimited(quota) ? quota : undefined;
}
