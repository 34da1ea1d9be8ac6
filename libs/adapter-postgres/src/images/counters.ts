import type { Image } from '@darkroom/domain';
import type { Knex } from 'knex';

interface CounterDelta {
  readonly ownerId: string;
  readonly categoryId: number;
  readonly status: string;
  readonly count: number;
  readonly bytes: number;
}

const contribution = (image: Image, sign: 1 | -1): CounterDelta => ({
  ownerId: image.ownerId,
  categoryId: image.categoryId,
  status: image.status,
  count: sign,
  bytes: sign * image.fileSize,
});

const rowOf = ({ ownerId, categoryId, status }: CounterDelta): string =>
  JSON.stringify([ownerId, categoryId, status]);

/** What a change means for the counters: at most two rows, none where nothing that they count has changed. */
function counterDeltas(before: Image | undefined, after: Image | undefined): readonly CounterDelta[] {
  const minus = before && contribution(before, -1);
  const plus = after && contribution(after, 1);
  if (minus === undefined || plus === undefined) return [minus, plus].filter((delta) => delta !== undefined);
  if (rowOf(minus) !== rowOf(plus)) return [minus, plus];
  return minus.bytes + plus.bytes === 0 ? [] : [{ ...plus, count: 0, bytes: minus.bytes + plus.bytes }];
}

const upsert = `
insert into image_counters as c (owner_id, category_id, status, count, bytes)
select * from unnest(?::text[], ?::integer[], ?::text[], ?::bigint[], ?::bigint[])
  as delta (owner_id, category_id, status, count, bytes)
order by owner_id collate "C", category_id, status collate "C"
on conflict on constraint image_counters_pkey do update
  set count = c.count + excluded.count, bytes = c.bytes + excluded.bytes`;

/**
 * Moves the owner's counters along with a change. It must be the last statement of the transaction: the rows are hot,
 * and nobody who holds one may wait for anything else. Rows are locked in one order, so that no two wait in a ring.
 */
export async function applyCounters(
  trx: Knex.Transaction,
  before: Image | undefined,
  after: Image | undefined,
): Promise<void> {
  const deltas = counterDeltas(before, after);
  if (deltas.length === 0) return;
  await trx.raw(upsert, [
    deltas.map(({ ownerId }) => ownerId),
    deltas.map(({ categoryId }) => categoryId),
    deltas.map(({ status }) => status),
    deltas.map(({ count }) => count),
    deltas.map(({ bytes }) => bytes),
  ]);
}
