import { once } from 'node:events';
import { connect as dial, createServer, type AddressInfo, type Socket } from 'node:net';
import { testDatabase, type TestDatabase } from '@darkroom/testing';
import { connect } from './connect.ts';

/** A way to the database that can fall silent without closing anything. */
async function silentProxy(url: string) {
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  let silent = false;
  const server = createServer((client) => {
    const upstream = dial(Number(port), hostname);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from);
      from.on('data', (data) => silent || to.write(data));
      from.on('error', () => to.destroy());
      from.on('close', () => to.destroy());
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const through = new URL(url);
  through.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: through.href,
    fallSilent: (value: boolean) => {
      silent = value;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

describe('connect', () => {
  let empty: TestDatabase;

  beforeAll(async () => {
    empty = await testDatabase();
  });
  afterAll(async () => {
    await empty.close();
  });

  it('ends what a silent server leaves without an answer, and connects anew', async () => {
    const proxy = await silentProxy(empty.url);
    const database = connect({
      url: proxy.url,
      poolSize: 1,
      applicationName: 'test',
      statementTimeoutMs: 500,
    });
    try {
      await database.ping();
      proxy.fallSilent(true);
      await expect(database.ping()).rejects.toMatchObject({ code: 'unavailable' });
      proxy.fallSilent(false);
      await expect(database.ping()).resolves.toBeUndefined();
    } finally {
      await database.close();
      await proxy.close();
    }
  });

  it('bounds statements, waits for locks and waits for a connection', async () => {
    const database = connect({
      url: empty.url,
      poolSize: 1,
      applicationName: 'bounded',
      statementTimeoutMs: 2_000,
      lockTimeoutMs: 100,
      connectTimeoutMs: 300,
    });
    const other = connect({ url: empty.url, poolSize: 1, applicationName: 'other' });
    try {
      const { rows } = await database.run((knex) =>
        knex.raw<{ rows: unknown[] }>(
          `select current_setting('statement_timeout') as statement, current_setting('application_name') as name`,
        ),
      );
      expect(rows).toEqual([{ statement: '2s', name: 'bounded' }]);
      await database.run((knex) => knex.raw('create table locked (id integer)'));
      await other.transaction(async (trx) => {
        await trx.raw('lock table locked');
        const blocked = database.run((knex) => knex.raw('select * from locked'));
        await expect(blocked).rejects.toMatchObject({ code: 'unavailable' });
      });
      await database.transaction(async () => {
        await expect(database.ping()).rejects.toMatchObject({ code: 'unavailable' });
      });
    } finally {
      await Promise.all([database.close(), other.close()]);
    }
  });

  it('says that the database is unavailable where nothing listens', async () => {
    const database = connect({
      url: 'postgres://postgres@127.0.0.1:9/none',
      poolSize: 1,
      applicationName: 'none',
    });
    await expect(database.ping()).rejects.toMatchObject({ code: 'unavailable' });
    await database.close();
  });
});
