import pg from 'pg';
import { testDatabase } from './test-database.ts';

async function withConnection<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

describe('testDatabase', () => {
  it('gives each caller a copy of the template of its own, migrated once', async () => {
    let migrations = 0;
    const migrate = async (url: string): Promise<void> => {
      migrations += 1;
      await withConnection(url, (client) => client.query('CREATE TABLE note (text text)'));
    };
    const databases = await Promise.all([1, 2, 3].map(() => testDatabase({ migrate, template: 'notes' })));
    expect(migrations).toBe(1);
    await withConnection(databases[0]!.url, (client) =>
      client.query("INSERT INTO note VALUES ('only here')"),
    );
    const counts = await Promise.all(
      databases.map(({ url }) =>
        withConnection(url, async (client) => (await client.query('SELECT FROM note')).rowCount),
      ),
    );
    expect(counts).toEqual([1, 0, 0]);
    await Promise.all(databases.map((database) => database.close()));
  });

  it('tells of a connection that was left open', async () => {
    const database = await testDatabase();
    const client = new pg.Client({ connectionString: database.url });
    client.on('error', () => undefined); // dropping the database ends the connection
    await client.connect();
    await expect(database.close()).rejects.toThrow('1 connections were left open');
    await client.end();
  });
});
