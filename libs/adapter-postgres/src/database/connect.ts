import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { backoffMs } from '@darkroom/kernel';
import knex, { type Knex } from 'knex';
import type { Client } from 'pg';
import { traceQueries } from './trace-queries.ts';
import { isLostRace, translated } from './translate-error.ts';

export interface DatabaseOptions {
  /** `postgres://…`; may be a transaction pooler (one that lets `statement_timeout` pass as a start-up parameter). */
  readonly url: string;
  /** Most connections at once. */
  readonly poolSize: number;
  /** Shown in `pg_stat_activity`. */
  readonly applicationName: string;
  /** Longest that one statement may take, in milliseconds. Default 15,000. */
  readonly statementTimeoutMs?: number;
  /** Longest wait for a lock, in milliseconds. Default 10,000. */
  readonly lockTimeoutMs?: number;
  /** Longest wait for a connection, from the pool or to the server, in milliseconds. Default 5,000. */
  readonly connectTimeoutMs?: number;
}

/** The pool, and the two ways in which adapters use it. */
export interface Database {
  /** The bare pool, for what translates its errors itself. */
  readonly knex: Knex;
  /** Statements outside any transaction, with vendors' errors translated to `AppError`. */
  run<T>(work: (knex: Knex) => Promise<T>): Promise<T>;
  /**
   * `work` in one transaction (read committed). It is run again, at most five times in all, when it lost a race
   * (deadlock, serialization), so it must have no effect but its statements.
   */
  transaction<T>(work: (trx: Knex.Transaction) => Promise<T>): Promise<T>;
  /** Its connections: used, idle, and how many calls wait for one. */
  poolState(): {
    readonly used: number;
    readonly idle: number;
    readonly waiting: number;
    readonly max: number;
  };
  /** Throws `unavailable` unless the database answers. */
  ping(): Promise<void>;
  /** Waits for what runs and closes every connection. */
  close(): Promise<void>;
}

const attemptsAgainstRaces = 5;
const raceBackoff = { baseMs: 20, capMs: 500 };

/** knex prints to the console by itself; what matters is thrown, and logged by those who catch it. */
const silent = {
  warn: () => undefined,
  error: () => undefined,
  deprecate: () => undefined,
  debug: () => undefined,
};

/** A pool of connections; none is made before the first statement. */
export function connect(options: DatabaseOptions): Database {
  const { url, poolSize, applicationName } = options;
  const { statementTimeoutMs = 15_000, lockTimeoutMs = 10_000, connectTimeoutMs = 5_000 } = options;
  const connection: Knex.PgConnectionConfig & { readonly lock_timeout: number } = {
    connectionString: url,
    application_name: applicationName,
    statement_timeout: statementTimeoutMs,
    lock_timeout: lockTimeoutMs,
    idle_in_transaction_session_timeout: statementTimeoutMs * 2,
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
  };
  const pool = knex({
    client: 'pg',
    log: silent,
    acquireConnectionTimeout: connectTimeoutMs,
    pool: {
      min: 0,
      max: poolSize,
      idleTimeoutMillis: 30_000,
      afterCreate: (client: PooledClient, done: (error: unknown, client: PooledClient) => void) => {
        endWhenSilent(client, statementTimeoutMs * 2);
        done(null, client);
      },
    },
    connection,
  });
  traceQueries(pool, url);
  return {
    knex: pool,
    run: (work) => translated(() => work(pool)),
    transaction: (work) => translated(() => againstRaces(() => pool.transaction(work))),
    poolState: () => {
      const state = (pool.client as { readonly pool: Tarn }).pool;
      return {
        used: state.numUsed(),
        idle: state.numFree(),
        waiting: state.numPendingAcquires(),
        max: poolSize,
      };
    },
    ping: () =>
      translated(async () => {
        await pool.raw('select 1');
      }),
    close: () => pool.destroy(),
  };
}

/** The parts of knex's pool (tarn) that we read. */
interface Tarn {
  numUsed(): number;
  numFree(): number;
  numPendingAcquires(): number;
}

type PooledClient = Client & { readonly connection: { readonly stream: Socket } };

/**
 * A server or network that has gone without a word answers nothing, not even `statement_timeout`; TCP gives up after a
 * quarter of an hour. Whatever runs ends long before this; and an idle connection is no loss.
 */
function endWhenSilent({ connection: { stream } }: PooledClient, afterMs: number): void {
  stream.setTimeout(afterMs, () => stream.destroy(new Error('timeout expired')));
}

async function againstRaces<T>(transaction: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await transaction();
    } catch (error) {
      if (!isLostRace(error) || attempt === attemptsAgainstRaces) throw error;
    }
    await delay(backoffMs(attempt, raceBackoff));
  }
}
