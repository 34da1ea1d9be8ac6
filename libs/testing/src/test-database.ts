import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { askForService } from './services/ask.ts';
import { waitFor } from './wait-for.ts';

export interface TestDatabase {
  url: string;
  /** Drops it. Throws when connections to it were left open. */
  close(): Promise<void>;
}

export interface TestDatabaseOptions {
  /** Makes the tables, called once per run with the URL of an empty database: pass adapter-postgres's `migrate`. */
  migrate?: (url: string) => Promise<unknown>;
  /** Tells templates of different `migrate` functions apart. */
  template?: string;
}

/** A fresh database on the PostgreSQL that the test run shares, copied from a migrated template in some 40 ms. */
export async function testDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const { adminUrl } = await askForService('postgres');
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await withClient(adminUrl, async (client) => {
    const template = await ensureTemplate(client, adminUrl, options);
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`);
  });
  return { url: urlOf(adminUrl, name), close: () => drop(adminUrl, name) };
}

async function ensureTemplate(
  client: pg.Client,
  adminUrl: string,
  options: TestDatabaseOptions,
): Promise<string> {
  const { migrate, template = 'migrated' } = options;
  if (migrate === undefined) return 'template0';
  const name = `template_${template}`;
  const draft = `${name}_draft`;
  await client.query('SELECT pg_advisory_lock(hashtext($1))', [name]); // other test files want the same template
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (rowCount === 1) return name;
    await client.query(`DROP DATABASE IF EXISTS ${draft}`);
    await client.query(`CREATE DATABASE ${draft} TEMPLATE template0`);
    await migrate(urlOf(adminUrl, draft));
    await client.query(`ALTER DATABASE ${draft} RENAME TO ${name}`);
    return name;
  } finally {
    await client.query('SELECT pg_advisory_unlock(hashtext($1))', [name]);
  }
}

async function drop(adminUrl: string, name: string): Promise<void> {
  await withClient(adminUrl, async (client) => {
    const connections = async (): Promise<string[]> => {
      const { rows } = await client.query<{ query: string }>(
        "SELECT query FROM pg_stat_activity WHERE datname = $1 AND backend_type = 'client backend'",
        [name],
      );
      return rows.map(({ query }) => query);
    };
    const closed = waitFor(async () => (await connections()).length === 0, {
      timeoutMs: 2_000,
      what: 'connections',
    });
    const left = await closed.then(() => [], connections);
    await client.query(`DROP DATABASE ${name} WITH (FORCE)`);
    if (left.length > 0)
      throw new Error(`${left.length} connections were left open; last used for: ${left[0]}`);
  });
}

async function withClient(url: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

function urlOf(adminUrl: string, database: string): string {
  const url = new URL(adminUrl);
  url.pathname = `/${database}`;
  return url.href;
}
