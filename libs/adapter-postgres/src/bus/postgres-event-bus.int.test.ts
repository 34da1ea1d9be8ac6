import { AppError, newId } from '@darkroom/kernel';
import { parseEvent, partitionOf, type BusListener, type BusRecord } from '@darkroom/contracts';
import { freePort, startPostgres } from '@darkroom/local-stack';
import { testDatabase, waitFor, type TestDatabase } from '@darkroom/testing';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connect, type Database } from '../database/connect.ts';
import { appendEvents } from '../event-log/append.ts';
import { EventNotifier } from '../event-log/event-notifier.ts';
import { dropIdleGroups, groupLags, pruneEventLog } from '../event-log/log-maintenance.ts';
import { rowsOf } from '../event-log/rows-of.ts';
import { sequenceEvents } from '../event-log/sequence.ts';
import { updated } from '../event-log/test-events.fixture.ts';
import { migrate } from '../migrations/migrate.ts';
import { PostgresEventBus } from './postgres-event-bus.ts';

class Listener implements BusListener {
  readonly records: BusRecord[] = [];
  readonly revoked: number[] = [];
  readonly fatal: Error[] = [];

  onRecords(records: readonly BusRecord[]): void {
    this.records.push(...records);
  }
  onRevoked(partitions: readonly number[]): void {
    this.revoked.push(...partitions);
  }
  onFatal(error: Error): void {
    this.fatal.push(error);
  }
}

describe('the event log as a bus', () => {
  let database: TestDatabase;
  let db: Database;
  let notifier: EventNotifier;
  const buses: PostgresEventBus[] = [];

  beforeEach(async () => {
    database = await testDatabase({ migrate });
    db = connect({ url: database.url, poolSize: 8, applicationName: 'bus-test' });
    notifier = new EventNotifier(db);
  });
  afterEach(async () => {
    await notifier.close();
    await Promise.all(buses.splice(0).map((bus) => bus.close()));
    await db.close();
    await database.close();
  });

  function newBus(options: { leaseMs?: number; pollMs?: number; db?: Database } = {}): PostgresEventBus {
    const bus = new PostgresEventBus({ db, directUrl: database.url, ...options });
    buses.push(bus);
    return bus;
  }

  async function append(images: readonly string[], seq: number): Promise<void> {
    await db.transaction((trx) =>
      appendEvents(
        trx,
        images.map((id) => updated(id, seq)),
      ),
    );
    notifier.appended();
  }

  async function query<Row>(sql: string, bindings: (string | number)[] = []): Promise<readonly Row[]> {
    return db.run((knex) => rowsOf<Row>(knex, sql, bindings));
  }

  const offsets = async (group: string) =>
    query<{ partition: number; next_offset: string; member_id: string | null }>(
      'select * from event_group_offsets where group_name = ? order by partition',
      [group],
    );

  it('brings an event to its reader by notification alone: the next poll is a minute away', async () => {
    const listener = new Listener();
    await newBus({ pollMs: 60_000 }).subscribe('quick', listener);
    for (let n = 1; n <= 60; n += 1) {
      await append([newId()], 1);
      await waitFor(() => listener.records.length === n, { what: 'the event', intervalMs: 1 });
    }
    expect(listener.records).toHaveLength(60);
  });

  it('finds by its poll what nobody sequenced or told of', async () => {
    const listener = new Listener();
    await newBus({ pollMs: 100 }).subscribe('poll', listener);
    const event = updated(newId(), 1);
    await db.transaction((trx) => appendEvents(trx, [event]));
    await waitFor(() => listener.records.length === 1, { what: 'the event' });
    expect(listener.records.map(parseEvent)).toEqual([event]);
  });

  it('goes on after its listening connection was cut', async () => {
    const listener = new Listener();
    await newBus({ pollMs: 200 }).subscribe('cut', listener);
    const cut = await query(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'darkroom-listen' and datname = current_database()",
    );
    expect(cut).toHaveLength(1);
    await append([newId()], 1);
    await waitFor(() => listener.records.length === 1, { what: 'the event, by the poll' });
    await waitFor(
      async () =>
        (
          await query(
            "select 1 from pg_stat_activity where application_name = 'darkroom-listen' and datname = current_database()",
          )
        ).length === 1,
      { what: 'the connection to be restored' },
    );
  });

  it('takes its partitions again as soon as it is connected again: the next heartbeat is twenty seconds away', async () => {
    await newBus({ leaseMs: 60_000 }).subscribe('returned', new Listener());
    await query(
      `update event_group_offsets set member_id = null, holder_token = null, lease_until = null
       where group_name = 'returned'`,
    );
    await query(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'darkroom-listen' and datname = current_database()",
    );
    await waitFor(async () => (await offsets('returned')).every(({ member_id }) => member_id !== null), {
      what: 'the partitions to be taken again',
    });
  });

  it('pauses and resumes a partition', async () => {
    const listener = new Listener();
    const image = newId();
    const subscription = await newBus({ pollMs: 100 }).subscribe('pause', listener);
    subscription.pause(partitionOf(image));
    const other = newId();
    const pair = partitionOf(other) === partitionOf(image) ? [image] : [image, other];
    await append(pair, 1);
    await waitFor(() => listener.records.length === pair.length - 1, { what: 'the other partition' });
    subscription.resume(partitionOf(image));
    await waitFor(() => listener.records.length === pair.length, { what: 'the paused one' });
  });

  it('shares twelve partitions fairly among members that come and go', async () => {
    const members = await Promise.all(
      [1, 2, 3, 4, 5].map(() => newBus({ leaseMs: 1_500 }).subscribe('fair', new Listener())),
    );
    const shares = async (): Promise<number[]> => {
      const held = Map.groupBy(await offsets('fair'), ({ member_id }) => member_id);
      return [...held.values()].map(({ length }) => length).sort();
    };
    const settled = (expected: number[]) =>
      waitFor(async () => JSON.stringify(await shares()) === JSON.stringify(expected), {
        what: `shares of ${expected.join(', ')}`,
      });
    await settled([2, 2, 2, 3, 3]);
    await members[0]?.close();
    await members[1]?.close();
    await settled([4, 4, 4]);
  });

  it('lets a holder that lost a partition neither advance its offset nor go on with it', async () => {
    const listener = new Listener();
    const image = newId();
    const partition = partitionOf(image);
    const subscription = await newBus({ leaseMs: 900 }).subscribe('fenced', listener);
    await append([image], 1);
    await waitFor(() => listener.records.length === 1, { what: 'the event' });
    await query(
      `update event_group_offsets set holder_token = gen_random_uuid(), member_id = gen_random_uuid(),
         lease_until = now() + interval '1 hour' where group_name = 'fenced' and partition = ?`,
      [partition],
    );
    await subscription.commit(partition, 100n);
    expect((await offsets('fenced'))[partition]?.next_offset).toBe('0');
    await waitFor(() => listener.revoked.includes(partition), { what: 'the loss to be noticed' });
    expect(listener.revoked).toEqual([partition]);
  });

  it('gives up its partitions by itself when it cannot renew them', async () => {
    let down = false;
    const failing: Database = {
      ...db,
      run: (work) => (down ? Promise.reject(new AppError('unavailable', 'down')) : db.run(work)),
      transaction: (work) =>
        down ? Promise.reject(new AppError('unavailable', 'down')) : db.transaction(work),
    };
    const listener = new Listener();
    await newBus({ leaseMs: 600, db: failing }).subscribe('alone', listener);
    down = true;
    await waitFor(() => listener.revoked.length === 12, { what: 'all to be given up' });
    down = false;
    await append([newId()], 1);
    await waitFor(() => listener.records.length === 1, { what: 'it to come back' });
    expect(listener.fatal).toEqual([]);
  });

  it('never moves an offset back', async () => {
    const subscription = await newBus().subscribe('forward', new Listener());
    await subscription.commit(3, 20n);
    await subscription.commit(3, 10n);
    expect((await offsets('forward'))[3]?.next_offset).toBe('20');
  });

  it('ends for good on what no waiting can mend', async () => {
    const listener = new Listener();
    const bus = newBus({ pollMs: 20, leaseMs: 300 });
    await bus.subscribe('broken', listener);
    await query('alter table event_log rename to event_log_gone');
    await waitFor(() => listener.fatal.length > 0, { what: 'the end' });
    expect(listener.fatal[0]).toMatchObject({ code: 'internal' });
    await query('alter table event_log_gone rename to event_log');
  });

  describe('upkeep', () => {
    const images = Array.from({ length: 30 }, newId);
    const tomorrow = (): Date => new Date(Date.now() + 86_400_000);
    const count = async (): Promise<number> => (await query('select 1 from event_log')).length;

    it('tells how far a group is behind', async () => {
      const listener = new Listener();
      const subscription = await newBus({ pollMs: 100 }).subscribe('behind', listener);
      await append(images, 1);
      await waitFor(() => listener.records.length === 30, { what: 'all events' });
      const [before] = await groupLags(db);
      expect(before).toMatchObject({ group: 'behind', events: 30 });
      expect(before?.seconds).toBeGreaterThan(0);
      for (let partition = 0; partition < 12; partition += 1) await subscription.commit(partition, 31n);
      expect(await groupLags(db)).toMatchObject([{ group: 'behind', events: 0, seconds: 0 }]);
    });

    it('prunes only what is past retention and read by every group', async () => {
      const [fast, slow] = [new Listener(), new Listener()];
      const quick = await newBus().subscribe('fast', fast);
      const tardy = await newBus().subscribe('slow', slow);
      await append(images, 1);
      await waitFor(() => fast.records.length === 30 && slow.records.length === 30, { what: 'all events' });
      for (let partition = 0; partition < 12; partition += 1) await quick.commit(partition, 31n);
      expect(await pruneEventLog(db, tomorrow(), 100)).toBe(0);
      for (let partition = 0; partition < 12; partition += 1) await tardy.commit(partition, 21n);
      expect(await pruneEventLog(db, new Date(Date.now() - 86_400_000), 100)).toBe(0);
      expect(await pruneEventLog(db, tomorrow(), 5)).toBe(5);
      expect(await pruneEventLog(db, tomorrow(), 100)).toBe(15);
      expect(await count()).toBe(10);
    });

    it('drops and names a group that has not read for long, and then prunes', async () => {
      const subscription = await newBus().subscribe('forgotten', new Listener());
      await append(images, 1);
      await sequenceEvents(db);
      expect(await dropIdleGroups(db, tomorrow())).toEqual([]); // a member is alive
      await subscription.close();
      expect(await dropIdleGroups(db, new Date(Date.now() - 60_000))).toEqual([]);
      expect(await dropIdleGroups(db, tomorrow())).toEqual(['forgotten']);
      expect(await groupLags(db)).toEqual([]);
      expect(await pruneEventLog(db, tomorrow(), 100)).toBe(30);
    });
  });

  it('delivers after its rows were restored into a new cluster', async () => {
    const listener = new Listener();
    const images = Array.from({ length: 20 }, newId);
    const subscription = await newBus().subscribe('moved', listener);
    await append(images, 1);
    await waitFor(() => listener.records.length === 20, { what: 'all events' });
    for (let partition = 0; partition < 12; partition += 1) await subscription.commit(partition, 11n);
    await subscription.close();

    const folder = await mkdtemp(path.join(tmpdir(), 'darkroom-restore-'));
    const cluster = await startPostgres({
      dataDir: path.join(folder, 'data'),
      port: await freePort(),
      durable: false,
    });
    const restored = connect({ url: cluster.url, poolSize: 4, applicationName: 'restored' });
    try {
      await migrate(cluster.url);
      for (const table of ['event_log', 'event_log_head', 'event_groups', 'event_group_offsets'])
        await copyTable(table, db, restored);
      // As a dump does: sequences go on from where they were.
      await restored.run((knex) =>
        knex.raw("select setval(pg_get_serial_sequence('event_log', 'id'), (select max(id) from event_log))"),
      );
      const bus = new PostgresEventBus({ db: restored, directUrl: cluster.url, pollMs: 100 });
      const after = new Listener();
      await bus.subscribe('moved', after);
      await restored.transaction((trx) =>
        appendEvents(
          trx,
          images.map((id) => updated(id, 2)),
        ),
      );
      await waitFor(() => after.records.length === 30, { what: 'the unread half and what is new' });
      expect(after.records.map(({ offset }) => Number(offset)).sort((a, b) => a - b)).toEqual(
        Array.from({ length: 30 }, (_, n) => n + 11),
      );
      await bus.close();
    } finally {
      await restored.close();
      await cluster.close();
      await rm(folder, { recursive: true, force: true });
    }
  });
});

/** What `pg_dump --data-only` and a restore come to for one table. */
async function copyTable(table: string, from: Database, to: Database): Promise<void> {
  const rows = await from.run((knex) =>
    rowsOf<{ row: unknown }>(knex, `select to_jsonb(t) as row from ${table} t`),
  );
  await to.run(async (knex) => {
    await knex.raw(`delete from ${table}`);
    await knex.raw(
      `insert into ${table} overriding system value
       select r.* from jsonb_array_elements(?::jsonb) as e, jsonb_populate_record(null::${table}, e) as r`,
      [JSON.stringify(rows.map(({ row }) => row))],
    );
  });
}
