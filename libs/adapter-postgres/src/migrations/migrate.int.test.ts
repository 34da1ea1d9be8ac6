import { isAppError } from '@darkroom/kernel';
import { testDatabase, type TestDatabase } from '@darkroom/testing';
import { Client } from 'pg';
import { migrations } from './list.ts';
import { migrate, pendingMigrations } from './migrate.ts';

describe('migrations', () => {
  let empty: TestDatabase;
  const ids = migrations.map(({ id }) => id);

  beforeEach(async () => {
    empty = await testDatabase();
  });
  afterEach(async () => {
    await empty.close();
  });

  const query = async (sql: string): Promise<Record<string, unknown>[]> => {
    const client = new Client({ connectionString: empty.url });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows;
    } finally {
      await client.end();
    }
  };

  it('have names that sort in the order in which they are applied', () => {
    expect(ids).toEqual([...new Set(ids)].sort());
    for (const id of ids) expect(id).toMatch(/^\d{14}-[a-z0-9-]+$/);
  });

  it('apply to an empty database, once', async () => {
    expect(await pendingMigrations(empty.url)).toEqual(ids);
    expect(await migrate(empty.url)).toEqual(ids);
    expect(await pendingMigrations(empty.url)).toEqual([]);
    expect(await migrate(empty.url)).toEqual([]);
    expect(await query('select id, name from categories')).toEqual([{ id: 1, name: 'General' }]);
    await query(
      `insert into categories (name, max_file_size, allowed_extensions, visibility) values ('Next', 1, '{}', 'public')`,
    );
    expect(await query(`select id from categories where name = 'Next'`)).toEqual([{ id: 2 }]);
  });

  it('may be applied by several at once', async () => {
    const runs = await Promise.all(Array.from({ length: 5 }, () => migrate(empty.url)));
    expect(runs.flat()).toEqual(ids);
    expect(await query('select id from darkroom_migrations order by id')).toEqual(ids.map((id) => ({ id })));
  });

  it('go on from where an older version stood, with its data', async () => {
    await migrate(empty.url, migrations.slice(0, 1));
    await query(`update categories set name = 'Renamed', max_file_size = 7`);
    await query(`delete from presets where name = 'webp'`);
    expect(await pendingMigrations(empty.url)).toEqual(ids.slice(1));
    expect(await migrate(empty.url)).toEqual(ids.slice(1));
    expect(await query('select name, max_file_size from categories')).toEqual([
      { name: 'Renamed', max_file_size: '7' },
    ]);
    expect(await query('select count(*) from presets')).toEqual([{ count: '4' }]);
  });

  it('leave nothing behind of one that fails, and keep those before it', async () => {
    const good = { id: '20990101000000-good', sql: 'create table good (id integer)' };
    const bad = { id: '20990101000001-bad', sql: 'create table bad (id integer); select 1 / 0' };
    await expect(migrate(empty.url, [good, bad])).rejects.toMatchObject({ code: 'internal' });
    expect(await query(`select to_regclass('good')::text as good, to_regclass('bad')::text as bad`)).toEqual([
      { good: 'good', bad: null },
    ]);
    expect(await pendingMigrations(empty.url, [good, bad])).toEqual([bad.id]);
  });

  it('give every constraint and index a name of their own making', async () => {
    await migrate(empty.url);
    const rows = await query(
      `select conname as name from pg_constraint where connamespace = 'public'::regnamespace and contype <> 'n'
       union select indexname from pg_indexes where schemaname = 'public'`,
    );
    for (const { name } of rows) expect(name).toMatch(/^[a-z0-9_]+_(pkey|key|idx|fkey|check)$/);
  });

  it('say that the database is unavailable where it is', async () => {
    const nowhere = 'postgres://postgres@127.0.0.1:9/none';
    await expect(migrate(nowhere)).rejects.toMatchObject({ code: 'unavailable' });
    const failure: unknown = await pendingMigrations(nowhere).catch((error: unknown) => error);
    expect(isAppError(failure, 'unavailable')).toBe(true);
  });

  it('need no superuser: an owner of the database may apply them', async () => {
    const url = new URL(empty.url);
    const role = `owner_${url.pathname.slice(1)}`;
    await query(
      `create role ${role} login password 'p'; alter database ${url.pathname.slice(1)} owner to ${role}`,
    );
    try {
      url.username = role;
      url.password = 'p';
      expect(await migrate(url.href)).toEqual(ids);
    } finally {
      await query(`reassign owned by ${role} to current_user; drop owned by ${role}; drop role ${role}`);
    }
  });
});
