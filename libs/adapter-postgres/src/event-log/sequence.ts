import type { Knex } from 'knex';
import type { Database } from '../database/connect.ts';
import { rowsOf } from './rows-of.ts';

/** Rows that one transaction numbers: few enough that nobody waits long for the head row. */
const batchSize = 2_000;

/** NOTIFY channel on which readers learn that there is something to read. */
export const logChannel = 'darkroom_event_log';

/**
 * Gives offsets to committed events that have none, in id order, until there are none left; answers how many it was.
 * Any number of processes may do this at once. The head row is locked by a statement of its own, so that the numbering
 * statement's snapshot is younger than the lock: it sees all that was committed before, and offsets become visible in
 * their own order.
 */
export async function sequenceEvents(db: Database): Promise<number> {
  let total = 0;
  while (await db.run(hasUnsequenced)) {
    const numbered = await db.transaction(sequenceBatch);
    total += numbered;
    if (numbered < batchSize) break;
  }
  return total;
}

/** Cheap by its partial index, and lock-free: most calls find that another process was quicker. */
async function hasUnsequenced(knex: Knex): Promise<boolean> {
  const [found] = await rowsOf<{ there: boolean }>(
    knex,
    'select exists (select from event_log where log_offset is null) as there',
  );
  return found?.there === true;
}

async function sequenceBatch(trx: Knex.Transaction): Promise<number> {
  await trx.raw('set transaction isolation level read committed');
  await trx.raw('select next_offset from event_log_head for update');
  const numbered = await trx.raw<{ rowCount: number }>(
    `with batch as (
       select id, row_number() over (order by id) - 1 as n
       from (select id from event_log where log_offset is null order by id limit ?) as unsequenced
     )
     update event_log set log_offset = head.next_offset + batch.n
     from batch, event_log_head as head
     where event_log.id = batch.id`,
    [batchSize],
  );
  if (numbered.rowCount > 0)
    await trx.raw('update event_log_head set next_offset = next_offset + ?', [numbered.rowCount]);
  return numbered.rowCount;
}
