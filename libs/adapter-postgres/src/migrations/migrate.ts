import { Client } from 'pg';
import { translated } from '../database/translate-error.ts';
import { migrations as allMigrations } from './list.ts';
import type { Migration } from './migration.ts';

/** Any constant will do; it must only be nobody else's within this database. */
const lockId = 7_310_452_019;
const lockTimeoutMs = 120_000;

const journal = `
create table if not exists darkroom_migrations (
  id text not null constraint darkroom_migrations_pkey primary key,
  applied_at timestamptz not null default now()
)`;

async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({
    connectionString: url,
    application_name: 'darkroom-migrate',
    connectionTimeoutMillis: 10_000,
  });
  client.on('error', () => undefined); // a lost connection also fails the query that waits on it
  return translated(async () => {
    try {
      await client.connect();
      return await work(client);
    } finally {
      await client.end();
    }
  });
}

async function appliedIds(client: Client): Promise<ReadonlySet<string>> {
  const found = await client.query<{ there: boolean }>(
    `select to_regclass('darkroom_migrations') is not null as there`,
  );
  if (found.rows[0]?.there !== true) return new Set();
  const { rows } = await client.query<{ id: string }>('select id from darkroom_migrations');
  return new Set(rows.map(({ id }) => id));
}

const pendingOf = async (client: Client, migrations: readonly Migration[]): Promise<readonly Migration[]> => {
  const applied = await appliedIds(client);
  return migrations.filter(({ id }) => !applied.has(id));
};

async function apply(client: Client, migration: Migration): Promise<void> {
  await client.query('begin');
  try {
    await client.query(migration.sql);
    await client.query('insert into darkroom_migrations (id) values ($1)', [migration.id]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
}

/**
 * Applies what has not been applied yet, each migration in a transaction of its own, and answers their ids. Safe to
 * call from several processes at once: an advisory lock lets one work and the others wait (at most two minutes).
 * The lock belongs to the session, so `url` must reach Postgres itself, not a transaction pooler.
 * Throws `unavailable` where the database cannot be reached.
 */
export async function migrate(
  url: string,
  migrations: readonly Migration[] = allMigrations,
): Promise<readonly string[]> {
  return withClient(url, async (client) => {
    await client.query(`set lock_timeout = ${lockTimeoutMs}`);
    await client.query('select pg_advisory_lock($1)', [lockId]);
    await client.query(journal);
    const pending = await pendingOf(client, migrations);
    for (const migration of pending) await apply(client, migration);
    return pending.map(({ id }) => id);
  });
}

/** Ids of the migrations that this version of Darkroom knows and the database has not seen yet, oldest first. */
export async function pendingMigrations(
  url: string,
  migrations: readonly Migration[] = allMigrations,
): Promise<readonly string[]> {
  return withClient(url, async (client) => (await pendingOf(client, migrations)).map(({ id }) => id));
}
