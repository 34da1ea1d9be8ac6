import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { startGuarded, type GuardedProcess } from '../process/guard.ts';
import { serverUser } from '../process/system-user.ts';
import { postgresBinaries } from './binaries.ts';
import { ensureCluster, serverEnv, superuser } from './cluster.ts';
import { clearOrphan } from './orphan.ts';

export interface PostgresOptions {
  /** Folder of the cluster; made when it is not there. */
  dataDir: string;
  port: number;
  /** The database to make and to name in `url` (default `darkroom`). */
  database?: string;
  /** Of the user `darkroom`. Without one, connections from this machine are trusted: for tests. */
  password?: string;
  /** `false` for tests: nothing is flushed to disk, so that a crash of the machine loses data. */
  durable?: boolean;
  /** Where the server's log goes (default: `postgres.log` beside `dataDir`). */
  logFile?: string;
}

export interface RunningPostgres {
  /** Of the database that was asked for. */
  url: string;
  /** Of the database `postgres`, for making and dropping others. */
  adminUrl: string;
  pid: number;
  /** Resolves when the server has ended, for whatever reason. */
  exited: Promise<unknown>;
  /** Stops the server, ending open connections. */
  close(graceMs?: number): Promise<void>;
}

const settings = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'max_connections=250',
  'jit=off',
  'timezone=UTC',
  'log_timezone=UTC',
];
const fastSettings = [
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
  'wal_level=minimal',
  'max_wal_senders=0',
  'autovacuum_naptime=10min',
];

/**
 * Starts the PostgreSQL 18 that comes with the dependencies, on 127.0.0.1, and makes cluster and database where
 * missing. The server ends when this process does, even by SIGKILL. Throws with the end of the server's log
 * when it does not come up.
 */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const { port, password, database = superuser, durable = true } = options;
  const wanted = path.resolve(options.dataDir);
  const user = serverUser(wanted);
  const native = postgresBinaries(user);
  const dataDir = await ensureCluster({ dataDir: wanted, native, user, password });
  await clearOrphan(dataDir);

  const logFile = options.logFile ?? path.join(path.dirname(wanted), 'postgres.log');
  mkdirSync(path.dirname(logFile), { recursive: true });
  const logFd = openSync(logFile, 'w', 0o600);
  const all = [`port=${port}`, ...settings, ...(durable ? [] : fastSettings)].flatMap((each) => ['-c', each]);
  const server = await startGuarded({
    command: path.join(native, 'bin', 'postgres'),
    args: ['-D', dataDir, ...all],
    env: serverEnv,
    logFd,
    stopSignal: 'INT', // a fast shutdown: connections are ended, what is committed is kept
    user,
  });
  closeSync(logFd);
  const url = (name: string): string => databaseUrl(port, password, name);
  try {
    await untilReady({ adminUrl: url('postgres'), database, dataDir }, server);
  } catch (error) {
    await server.stop(5_000);
    const log = readFileSync(logFile, 'utf8').trim().split('\n').slice(-8).join('\n');
    throw new Error(`PostgreSQL did not start on port ${port}.\n${log}`, { cause: error });
  }
  return {
    url: url(database),
    adminUrl: url('postgres'),
    pid: server.pid,
    exited: server.exited,
    close: (graceMs = 8_000) => server.stop(graceMs),
  };
}

function databaseUrl(port: number, password: string | undefined, database: string): string {
  const secret = password === undefined ? '' : `:${encodeURIComponent(password)}`;
  return `postgres://${superuser}${secret}@127.0.0.1:${port}/${database}`;
}

interface Wanted {
  adminUrl: string;
  database: string;
  dataDir: string;
}

/** Waits for the first connection (recovery after a crash takes its time) and makes the database. */
async function untilReady(wanted: Wanted, server: GuardedProcess): Promise<void> {
  let ended = false;
  void server.exited.then(() => (ended = true));
  const deadline = Date.now() + 60_000;
  for (;;) {
    try {
      return await createDatabase(wanted);
    } catch (error) {
      if (ended || Date.now() > deadline || !isStarting(error)) throw error;
      await wait(20);
    }
  }
}

/** Nobody listens yet, or "the database system is starting up". */
function isStarting(error: unknown): boolean {
  return ['ECONNREFUSED', 'ECONNRESET', '57P03'].includes((error as { code?: string }).code ?? '');
}

async function createDatabase({ adminUrl, database, dataDir }: Wanted): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  client.on('error', () => undefined); // the query that follows fails with it
  await client.connect();
  try {
    const { rows } = await client.query<{ data_directory: string }>('SHOW data_directory');
    if (rows[0]?.data_directory !== dataDir) throw new Error('Another server answers on this port.');
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [database]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${pg.escapeIdentifier(database)}`);
  } finally {
    await client.end();
  }
}
