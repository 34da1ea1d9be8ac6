import { setTimeout as delay } from 'node:timers/promises';
import { newId } from '@darkroom/kernel';
import { testDatabase, type TestDatabase } from '@darkroom/testing';
import type { Knex } from 'knex';
import { connect, type Database } from '../database/connect.ts';
import { migrate } from '../migrations/migrate.ts';
import { appendEvents } from './append.ts';
import { unsequencedCount } from './log-maintenance.ts';
import { rowsOf } from './rows-of.ts';
import { sequenceEvents } from './sequence.ts';
import { updated } from './test-events.fixture.ts';

interface ReadEvent {
  readonly eventId: string;
  readonly imageId: string;
  readonly imageSeq: number;
  readonly offset: number;
}

class RolledBack extends Error {}

const writers = 16;
const transactionsPerWriter = 40;
const images = Array.from({ length: 12 }, newId).sort();

/** Changes one image as the rules say: locks its row, takes the next sequence numbers from it, appends. */
async function change(trx: Knex.Transaction, imageId: string, count: number, waitMs = 0): Promise<string[]> {
  const [row] = await rowsOf<{ seq: number }>(trx, 'select seq from counters where id = ? for update', [
    imageId,
  ]);
  const first = (row?.seq ?? 0) + 1;
  const events = Array.from({ length: count }, (_, n) => updated(imageId, first + n));
  await trx.raw('update counters set seq = seq + ? where id = ?', [count, imageId]);
  if (waitMs > 0) await trx.raw('select pg_sleep(?)', [waitMs / 1_000]);
  await appendEvents(trx, events);
  return events.map(({ id }) => id);
}

const any = (): string => images[Math.floor(Math.random() * images.length)] ?? '';
const soon = (): number => Math.random() * 12;

/** Ways to write, each of which has turned some log round. They answer the events that must be there after commit. */
const patterns: Record<string, (trx: Knex.Transaction) => Promise<string[]>> = {
  plain: (trx) => change(trx, any(), 1),
  'several events at once': (trx) => change(trx, any(), 3),
  'waits before the append, under the lock': (trx) => change(trx, any(), 1, soon()),
  'waits between append and commit': async (trx) => {
    const ids = await change(trx, any(), 1);
    await trx.raw('select pg_sleep(?)', [soon() / 1_000]);
    return ids;
  },
  'has its transaction id long before the lock': async (trx) => {
    await trx.raw('select pg_current_xact_id()');
    await trx.raw('select pg_sleep(?)', [soon() / 1_000]);
    return change(trx, any(), 2);
  },
  'several images, in ascending id order': async (trx) => {
    const some = [...new Set([any(), any(), any()])].sort();
    const ids: string[] = [];
    for (const imageId of some) ids.push(...(await change(trx, imageId, 1, Math.random() * 3)));
    return ids;
  },
  'an image twice': async (trx) => {
    const imageId = any();
    return [...(await change(trx, imageId, 1, Math.random() * 3)), ...(await change(trx, imageId, 2))];
  },
  'a savepoint that is rolled back': async (trx) => {
    const imageId = any();
    await trx
      .transaction(async (inner) => {
        await change(inner, imageId, 2, Math.random() * 3);
        throw new RolledBack();
      })
      .catch(ignoreRolledBack);
    return change(trx, imageId, 1);
  },
  'rolled back as a whole': async (trx) => {
    await change(trx, any(), 2, soon());
    throw new RolledBack();
  },
};

function ignoreRolledBack(error: unknown): string[] {
  if (error instanceof RolledBack) return [];
  throw error;
}

describe('sequencing', () => {
  let database: TestDatabase;
  let db: Database;

  beforeEach(async () => {
    database = await testDatabase({ migrate });
    db = connect({ url: database.url, poolSize: 26, applicationName: 'sequence-test' });
    await db.run((knex) => knex.raw('create table counters (id uuid primary key, seq integer not null)'));
    await db.run((knex) => knex('counters').insert(images.map((id) => ({ id, seq: 0 }))));
  });
  afterEach(async () => {
    await db.close();
    await database.close();
  });

  async function readFrom(offset: number): Promise<readonly ReadEvent[]> {
    const rows = await db.run((knex) =>
      rowsOf<{ event_id: string; image_id: string; image_seq: number; log_offset: string }>(
        knex,
        `select event_id, image_id, image_seq, log_offset from event_log
         where log_offset >= ? order by log_offset limit 100`,
        [offset],
      ),
    );
    return rows.map((row) => ({
      eventId: row.event_id,
      imageId: row.image_id,
      imageSeq: row.image_seq,
      offset: Number(row.log_offset),
    }));
  }

  /** Reads on by offsets alone, as all readers do, while others write. */
  async function readUntil(ended: () => boolean): Promise<readonly ReadEvent[]> {
    const read: ReadEvent[] = [];
    for (;;) {
      const last = ended();
      const more = await readFrom((read.at(-1)?.offset ?? 0) + 1);
      read.push(...more);
      if (more.length === 0 && last) return read;
      if (more.length === 0) await delay(1);
    }
  }

  async function writeAll(): Promise<readonly string[]> {
    const names = Object.keys(patterns);
    const written = await Promise.all(
      Array.from({ length: writers }, async (_, writer) => {
        const ids: string[] = [];
        for (let n = 0; n < transactionsPerWriter; n += 1) {
          const pattern = patterns[names[(writer + n) % names.length] ?? ''];
          if (pattern !== undefined) ids.push(...(await db.transaction(pattern).catch(ignoreRolledBack)));
        }
        return ids;
      }),
    );
    return written.flat();
  }

  it('loses nothing, turns nothing round and leaves no gap, with 16 writers and four sequencers', async () => {
    let writing = true;
    let sequencing = true;
    const sequencers = Array.from({ length: 4 }, async () => {
      while (writing) {
        await sequenceEvents(db);
        await delay(Math.random() * 3);
      }
    });
    const reader = readUntil(() => !sequencing);
    const written = await writeAll();
    writing = false;
    await Promise.all(sequencers);
    await sequenceEvents(db);
    sequencing = false;
    const read = await reader;

    expect(read.map(({ offset }) => offset)).toEqual(read.map((_, n) => n + 1));
    expect(new Set(read.map(({ eventId }) => eventId))).toEqual(new Set(written));
    expect(read).toHaveLength(written.length);
    for (const image of images) {
      const seqs = read.filter(({ imageId }) => imageId === image).map(({ imageSeq }) => imageSeq);
      expect(seqs).toEqual(seqs.map((_, n) => n + 1));
    }
    expect(await unsequencedCount(db)).toBe(0);
  });

  it('is not held back by a transaction that stays open elsewhere', async () => {
    const held = Promise.withResolvers<undefined>();
    const opened = Promise.withResolvers<undefined>();
    const open = db.transaction(async (trx) => {
      await change(trx, images[0] ?? '', 1);
      opened.resolve(undefined);
      await held.promise;
    });
    await opened.promise;
    const ids = await db.transaction((trx) => change(trx, images[1] ?? '', 2));
    expect(await sequenceEvents(db)).toBe(2);
    expect((await readFrom(0)).map(({ eventId }) => eventId)).toEqual(ids);
    held.resolve(undefined);
    await open;
    expect(await sequenceEvents(db)).toBe(1);
    expect((await readFrom(3)).map(({ imageId }) => imageId)).toEqual([images[0]]);
  });

  it('refuses the same place of an image twice', async () => {
    const imageId = images[0] ?? '';
    await db.transaction((trx) => appendEvents(trx, [updated(imageId, 1)]));
    await expect(db.transaction((trx) => appendEvents(trx, [updated(imageId, 1)]))).rejects.toMatchObject({
      code: 'conflict',
      reason: 'event_log_image_id_image_seq_key',
    });
  });

  it('numbers a backlog of more than one batch', async () => {
    const imageId = images[0] ?? '';
    const events = Array.from({ length: 4_500 }, (_, n) => updated(imageId, n + 1));
    await db.transaction((trx) => appendEvents(trx, events));
    expect(await sequenceEvents(db)).toBe(4_500);
    const found = await db.run((knex) =>
      rowsOf<{ in_order: boolean }>(
        knex,
        'select bool_and(log_offset = image_seq) as in_order from event_log',
      ),
    );
    expect(found).toEqual([{ in_order: true }]);
  });
});
