import { partitionCount } from '@darkroom/contracts';
import type { Knex } from 'knex';
import { rowsOf } from '../event-log/rows-of.ts';
import { fairShare } from './fair-share.ts';

/** NOTIFY channel on which members learn that partitions of the group in the payload became free, or are wanted. */
export const groupChannel = 'darkroom_event_groups';

export interface Member {
  readonly group: string;
  readonly memberId: string;
  /** How long a partition stays with a member that is not heard of, in milliseconds. */
  readonly leaseMs: number;
}

export interface HeldPartition {
  readonly partition: number;
  readonly token: string;
  /** Everything before it is done. */
  readonly nextOffset: bigint;
}

export interface Beat {
  /** Of the partitions that the member thought it held, those it really holds. */
  readonly renewed: readonly number[];
  readonly taken: readonly HeldPartition[];
  /** How many it should give up, so that others get their share. */
  readonly excess: number;
  /** Whether others hold more than their share now that this member has come. */
  readonly wanting: boolean;
}

/**
 * One heartbeat, to be run in a transaction: registers the group and the member where missing, renews the leases of
 * `tokens`, and takes free partitions up to this member's fair share. Members of one group do this one after another.
 */
export async function beat(trx: Knex.Transaction, member: Member, tokens: readonly string[]): Promise<Beat> {
  const { group, memberId, leaseMs } = member;
  await register(trx, group);
  await trx.raw(
    `insert into event_group_members (group_name, member_id, expires_at)
     values (?, ?, clock_timestamp() + ? * interval '1 millisecond')
     on conflict (group_name, member_id) do update set expires_at = excluded.expires_at`,
    [group, memberId, leaseMs],
  );
  await trx.raw('delete from event_group_members where group_name = ? and expires_at < clock_timestamp()', [
    group,
  ]);
  const renewed = await rowsOf<{ partition: number }>(
    trx,
    `update event_group_offsets set lease_until = clock_timestamp() + ? * interval '1 millisecond'
     where group_name = ? and member_id = ? and holder_token = any (?::uuid[])
     returning partition`,
    [leaseMs, group, memberId, [...tokens]],
  );
  const holdings = await rowsOf<{ member_id: string; held: number }>(
    trx,
    `select m.member_id, count(o.partition)::integer as held
     from event_group_members m
     left join event_group_offsets o on o.group_name = m.group_name and o.member_id = m.member_id
       and o.lease_until > clock_timestamp()
     where m.group_name = ?
     group by m.member_id`,
    [group],
  );
  const shares = fairShare(new Map(holdings.map(({ member_id, held }) => [member_id, held])), partitionCount);
  const missing = (shares.get(memberId) ?? 0) - renewed.length;
  const taken = missing > 0 ? await take(trx, member, missing) : [];
  return {
    renewed: renewed.map(({ partition }) => partition),
    taken,
    excess: Math.max(0, -missing),
    wanting: missing > taken.length,
  };
}

/** Locks the group's row, which it makes where missing. A new group starts at the earliest kept event: offset 0. */
async function register(trx: Knex.Transaction, group: string): Promise<void> {
  const locked = 'select name from event_groups where name = ? for update';
  const found = await rowsOf(trx, locked, [group]);
  if (found.length === 0) {
    await trx.raw('insert into event_groups (name) values (?) on conflict do nothing', [group]);
    await trx.raw(locked, [group]);
    await trx.raw(
      `insert into event_group_offsets (group_name, partition, next_offset)
       select ?, p, 0 from generate_series(0, ? - 1) as p on conflict do nothing`,
      [group, partitionCount],
    );
  }
  await trx.raw(
    `update event_groups set last_seen_at = now()
     where name = ? and last_seen_at < now() - interval '10 seconds'`,
    [group],
  );
}

async function take(
  trx: Knex.Transaction,
  { group, memberId, leaseMs }: Member,
  count: number,
): Promise<readonly HeldPartition[]> {
  const rows = await rowsOf<{ partition: number; holder_token: string; next_offset: string }>(
    trx,
    `update event_group_offsets
     set member_id = ?, holder_token = gen_random_uuid(),
       lease_until = clock_timestamp() + ? * interval '1 millisecond'
     where group_name = ? and partition in (
       select partition from event_group_offsets
       where group_name = ? and (member_id is null or lease_until <= clock_timestamp())
       order by partition limit ?
     )
     returning partition, holder_token, next_offset`,
    [memberId, leaseMs, group, group, count],
  );
  return rows.map(({ partition, holder_token: token, next_offset }) => ({
    partition,
    token,
    nextOffset: BigInt(next_offset),
  }));
}

/** Advances offsets, except where the token or the lease is gone. Never moves one back. */
export async function commitOffsets(
  knex: Knex,
  group: string,
  commits: readonly HeldPartition[],
): Promise<void> {
  await knex.raw(
    `update event_group_offsets as o set next_offset = c.next_offset
     from unnest(?::smallint[], ?::uuid[], ?::bigint[]) as c (partition, token, next_offset)
     where o.group_name = ? and o.partition = c.partition and o.holder_token = c.token
       and o.lease_until > clock_timestamp() and o.next_offset < c.next_offset`,
    [
      commits.map(({ partition }) => partition),
      commits.map(({ token }) => token),
      commits.map(({ nextOffset }) => String(nextOffset)),
      group,
    ],
  );
}

/** Gives partitions back at once, so that others need not wait for the lease to run out. */
export async function release(knex: Knex, group: string, tokens: readonly string[]): Promise<void> {
  await knex.raw(
    `update event_group_offsets set member_id = null, holder_token = null, lease_until = null
     where group_name = ? and holder_token = any (?::uuid[])`,
    [group, [...tokens]],
  );
}

export async function leave(trx: Knex.Transaction, { group, memberId }: Member): Promise<void> {
  await trx.raw(
    `update event_group_offsets set member_id = null, holder_token = null, lease_until = null
     where group_name = ? and member_id = ?`,
    [group, memberId],
  );
  await trx.raw('delete from event_group_members where group_name = ? and member_id = ?', [group, memberId]);
}
