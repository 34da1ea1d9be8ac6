import type { BusRecord } from '@darkroom/contracts';
import {
  ChangeBuilder,
  type Image,
  type LogFollower,
  type LoggedEntry,
  type LogRange,
} from '@darkroom/domain';
import { changeOf, sampleImage } from '@darkroom/domain/testing';
import { newId } from '@darkroom/kernel';
import { testDatabase, waitFor, type TestDatabase } from '@darkroom/testing';
import { appendEvents } from '../event-log/append.ts';
import { groupLags, pruneEventLog, unsequencedCount } from '../event-log/log-maintenance.ts';
import { rowsOf } from '../event-log/rows-of.ts';
import { sequenceEvents } from '../event-log/sequence.ts';
import { updated } from '../event-log/test-events.fixture.ts';
import { migrate } from '../migrations/migrate.ts';
import { openPostgres, type Postgres } from '../open-postgres.ts';
import { PostgresTimelineLog } from './postgres-timeline-log.ts';

class Follower implements LogFollower {
  readonly entries: LoggedEntry[] = [];
  readonly gaps: number[] = [];
  position = -1;

  onEntries(entries: readonly LoggedEntry[], position: number): void {
    this.entries.push(...entries);
    this.position = position;
  }
  onGap(position: number): void {
    this.gaps.push(position);
    this.position = position;
  }
}

const everything: LogRange = { after: 0, upTo: Number.MAX_SAFE_INTEGER, scope: undefined };
const tomorrow = (): Date => new Date(Date.now() + 86_400_000);

describe('the log of timeline entries', () => {
  let database: TestDatabase;
  let postgres: Postgres;

  beforeEach(async () => {
    database = await testDatabase({ migrate });
    const env = { DATABASE_URL: database.url, DATABASE_POOL_SIZE: 12 };
    postgres = openPostgres(env, { applicationName: 'timeline-log', onError: () => undefined });
  });
  afterEach(async () => {
    await postgres.close();
    await database.close();
  });

  const insert = async (ownerId = 'alice'): Promise<Image> => {
    const image = sampleImage({ ownerId });
    await postgres.images.insert(changeOf(image, (change) => change.note('presigned')));
    return image;
  };
  const change = (id: string, tell: (change: ChangeBuilder) => unknown) =>
    postgres.images.update(id, (image) => {
      const builder = new ChangeBuilder(image, new Date());
      tell(builder);
      return builder.build();
    });
  const read = async (range: Partial<LogRange> = {}, limit = 100) => {
    await sequenceEvents(postgres.db);
    return postgres.timelineLog.read({ ...everything, ...range }, limit);
  };
  const brief = ({ imageId, seq, type }: LoggedEntry) => [imageId, seq, type];

  it('gives every entry an offset of its own, whatever events come with it', async () => {
    const { id } = await insert();
    await change(id, (c) => c.note('stored').note('accepted').emit('ImageUpdated', { fields: [] }));
    await change(id, (c) =>
      c.emit('ImageUpdated', { fields: [] }).emit('ImageUpdated', { fields: [] }).note('updated'),
    );
    await change(id, (c) => c.emit('ImageUpdated', { fields: [] }));
    await change(id, (c) => c.note('variants_started').note('variants_ready'));
    const page = await read();
    expect(page?.entries.map(brief)).toEqual([
      [id, 1, 'presigned'],
      [id, 2, 'stored'],
      [id, 3, 'accepted'],
      [id, 4, 'updated'],
      [id, 5, 'variants_started'],
      [id, 6, 'variants_ready'],
    ]);
    const offsets = page?.entries.map(({ offset }) => offset) ?? [];
    expect(offsets).toEqual([1, 2, 3, 4, 7, 8]); // 5 and 6 are events alone
    expect(page).toMatchObject({ readTo: 8, more: false });
    const timeline = await postgres.queries.timeline(id, 0);
    expect(page?.entries.map(({ seq, type, at, detail }) => ({ seq, type, at, detail }))).toEqual(timeline);
  });

  it('reads a range page by page, and one owner alone', async () => {
    const own: string[] = [];
    for (let n = 0; n < 7; n += 1) {
      own.push((await insert('alice')).id);
      await insert('bob');
    }
    const seen: string[] = [];
    let after = 0;
    for (let more = true; more;) {
      const page = await read({ after, upTo: 12, scope: 'alice' }, 2);
      seen.push(...(page?.entries ?? []).map(({ imageId }) => imageId));
      after = page?.readTo ?? NaN;
      more = page?.more ?? false;
    }
    expect(seen).toEqual(own.slice(0, 6));
    expect(after).toBe(12);
    expect(await read({ after: 14 })).toEqual({ entries: [], readTo: 14, more: false });
  });

  it('cannot tell what lies beyond its end', async () => {
    await insert();
    expect(await read({ after: 2 })).toBeUndefined();
  });

  it('has nothing more of an image that was removed for good', async () => {
    const [gone, kept] = [await insert(), await insert()];
    await change(gone.id, (c) => c.set({ status: 'deleted' }).note('deleted'));
    await postgres.images.remove(gone.id);
    expect((await read())?.entries.map(brief)).toEqual([[kept.id, 1, 'presigned']]);
    expect(await read()).toMatchObject({ readTo: 3, more: false });
  });

  it('keeps records without an event from every group: none is handed out, counted or waited for', async () => {
    const records: BusRecord[] = [];
    const bus = postgres.openBus();
    const subscription = await bus.subscribe('workers', {
      onRecords: (batch) => void records.push(...batch),
      onRevoked: () => undefined,
      onFatal: () => undefined,
    });
    const { id } = await insert();
    await change(id, (c) => c.note('stored').note('accepted').emit('ImageUpdated', { fields: [] }));
    await change(id, (c) => c.note('variants_started'));
    await waitFor(() => records.length === 1, { what: 'the one event' });
    await waitFor(async () => (await unsequencedCount(postgres.db)) === 0, { what: 'sequencing' });
    expect(await groupLags(postgres.db)).toMatchObject([{ group: 'workers', events: 1 }]);
    await subscription.commit(records[0]!.partition, records[0]!.offset + 1n);
    expect(await groupLags(postgres.db)).toMatchObject([{ group: 'workers', events: 0 }]);
    await subscription.close();
    await bus.close();
    expect(records.map(({ headers }) => headers['ce_type'])).toEqual(['ImageUpdated']);
  });

  it('remembers how far it was pruned, and refuses what lies before', async () => {
    const { id } = await insert();
    await change(id, (c) => c.note('stored').emit('ImageUpdated', { fields: [] }));
    await change(id, (c) => c.note('updated').emit('ImageUpdated', { fields: [] }));
    await sequenceEvents(postgres.db);
    const [group, partition] = await postgres.db.run((knex) =>
      rowsOf<{ partition: number }>(knex, 'select partition from event_log order by log_offset'),
    );
    expect([group?.partition, partition?.partition]).toEqual([null, expect.any(Number)]);
    // A group that has not read yet holds back the events, and only those
    await postgres.db.run(async (knex) => {
      await knex.raw("insert into event_groups (name) values ('slow')");
      await knex.raw(
        "insert into event_group_offsets (group_name, partition, next_offset) select 'slow', p, 3 from generate_series(0, 11) p",
      );
    });
    expect(await pruneEventLog(postgres.db, new Date(0), 100)).toBe(0);
    expect(await read({ after: 0 })).toMatchObject({ readTo: 3 });
    expect(await pruneEventLog(postgres.db, tomorrow(), 100)).toBe(2);
    expect(await read({ after: 0 })).toBeUndefined();
    expect(await read({ after: 1 })).toBeUndefined();
    expect((await read({ after: 2 }))?.entries.map(brief)).toEqual([[id, 3, 'updated']]);
    await postgres.db.run((knex) => knex.raw('update event_group_offsets set next_offset = 4'));
    expect(await pruneEventLog(postgres.db, tomorrow(), 100)).toBe(1);
    expect(await read({ after: 3 })).toEqual({ entries: [], readTo: 3, more: false });
    expect(await pruneEventLog(postgres.db, tomorrow(), 100)).toBe(0);
  });

  describe('followed', () => {
    const follow = async (follower: Follower, pollMs: number) =>
      new PostgresTimelineLog({
        db: postgres.db,
        directUrl: database.url,
        pollMs,
        onError: () => undefined,
      }).follow(follower);

    it('begins now, and tells of each change by notification alone: the next poll is a minute away', async () => {
      await insert();
      await sequenceEvents(postgres.db);
      const follower = new Follower();
      const following = await follow(follower, 60_000);
      expect(follower).toMatchObject({ entries: [], position: 1 });
      for (let n = 1; n <= 20; n += 1) {
        const { id } = await insert();
        await waitFor(() => follower.entries.length === n, { what: 'the entry', intervalMs: 1 });
        expect(follower.entries.at(-1)?.imageId).toBe(id);
      }
      await following.close();
    });

    it('brings each entry once and in order while many write, and through a connection that is cut', async () => {
      const follower = new Follower();
      const following = await follow(follower, 100);
      const images = await Promise.all(Array.from({ length: 8 }, () => insert()));
      const writing = Promise.all(
        images.map(async ({ id }) => {
          for (let n = 0; n < 15; n += 1) await change(id, (c) => c.note('updated', { n }).note('described'));
        }),
      );
      await postgres.db.run((knex) =>
        knex.raw(
          "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'darkroom-listen' and datname = current_database()",
        ),
      );
      await writing;
      await waitFor(() => follower.entries.length === 8 * 31, { what: 'all of them' });
      await following.close();
      const offsets = follower.entries.map(({ offset }) => offset);
      expect(offsets).toEqual(offsets.map((_, n) => n + 1));
      for (const { id } of images) {
        const seqs = follower.entries.filter(({ imageId }) => imageId === id).map(({ seq }) => seq);
        expect(seqs).toEqual(Array.from({ length: 31 }, (_, n) => n + 1));
      }
      expect(follower.gaps).toEqual([]);
    });

    it('says where something was pruned before it could be told, and goes on', async () => {
      const follower = new Follower();
      const following = await follow(follower, 60_000);
      await postgres.db.transaction((trx) => appendEvents(trx, [updated(newId(), 1)])); // and tells nobody
      await sequenceEvents(postgres.db);
      await pruneEventLog(postgres.db, tomorrow(), 10);
      await insert();
      await waitFor(() => follower.gaps.length === 1, { what: 'the gap' });
      const { id } = await insert();
      await waitFor(() => follower.entries.some(({ imageId }) => imageId === id), { what: 'the entry' });
      expect(follower.gaps).toEqual([2]);
      await following.close();
    });
  });

  describe('tickets', () => {
    const hash = (n: number) => new Uint8Array(32).fill(n);
    const soon = (): Date => new Date(Date.now() + 60_000);
    const ticket = { ownerId: 'alice', scope: 'alice', isAdmin: false, tokenExpiresAt: soon() };

    it('are given out once, to one of many who ask at once', async () => {
      await postgres.tickets.keep(hash(1), ticket, soon());
      const taken = await Promise.all(
        Array.from({ length: 8 }, () => postgres.tickets.take(hash(1), new Date())),
      );
      expect(taken.filter((one) => one !== undefined)).toEqual([ticket]);
    });

    it('keep what they open, for everybody and for ever too', async () => {
      const admin = { ownerId: 'root', scope: undefined, isAdmin: true, tokenExpiresAt: undefined };
      await postgres.tickets.keep(hash(2), admin, soon());
      expect(await postgres.tickets.take(hash(2), new Date())).toEqual(admin);
    });

    it('expire, and are then forgotten', async () => {
      await postgres.tickets.keep(hash(3), ticket, new Date(Date.now() - 1));
      expect(await postgres.tickets.take(hash(3), new Date())).toBeUndefined();
      await postgres.tickets.keep(hash(4), ticket, soon());
      const rows = await postgres.db.run((knex) => rowsOf(knex, 'select hash from stream_tickets'));
      expect(rows).toHaveLength(1);
    });
  });

  it('is not asked in vain for ids of nothing', async () => {
    expect(await read({ scope: newId() })).toEqual({ entries: [], readTo: 0, more: false });
  });
});
