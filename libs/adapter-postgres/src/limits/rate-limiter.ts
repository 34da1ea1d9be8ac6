import { createHash } from 'node:crypto';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import type { Database } from '../database/connect.ts';
import { translated } from '../database/translate-error.ts';

export interface RateState {
  readonly allowed: boolean;
  /** How much is left until the window ends. */
  readonly left: number;
  /** Milliseconds until the window ends, and all is free again. */
  readonly resetMs: number;
}

/** Counts what somebody does, in windows of a minute. */
export interface RateLimiter {
  readonly name: string;
  readonly perMinute: number;
  /** Throws `unavailable`. */
  count(key: string, weight: number): Promise<RateState>;
}

/**
 * A limiter whose counts lie in Postgres, so that it holds over all processes together: one atomic upsert for each count, on
 * an unlogged table. A key over its limit is refused from memory until its window ends, without asking the database.
 */
export function openRateLimiter(database: Database, name: string, perMinute: number): RateLimiter {
  const limiter = new RateLimiterPostgres({
    storeClient: { query: (statement: Statement) => runUnnamed(database, statement) },
    storeType: 'pool',
    tableName: 'rate_limits',
    tableCreated: true,
    clearExpiredByTimeout: false, // the cleanup does it
    keyPrefix: name,
    points: perMinute,
    duration: 60,
    inMemoryBlockOnConsumed: perMinute + 1,
  });
  return {
    name,
    perMinute,
    count: (key, weight) =>
      translated(async () => {
        const digest = createHash('sha256').update(key).digest('base64url'); // keys may be longer than the column
        try {
          return stateOf(await limiter.consume(digest, weight), true);
        } catch (error) {
          if (error instanceof RateLimiterRes) return stateOf(error, false);
          throw error;
        }
      }),
  };
}

interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** The library names its statements, which a transaction pooler between us and Postgres may not know on every connection. */
async function runUnnamed({ knex }: Database, { text, values }: Statement): Promise<unknown> {
  const { client } = knex;
  const connection = await client.acquireConnection();
  try {
    return await connection.query(text, values);
  } finally {
    client.releaseConnection(connection);
  }
}

const stateOf = ({ remainingPoints, msBeforeNext }: RateLimiterRes, allowed: boolean): RateState => ({
  allowed,
  left: Math.max(0, remainingPoints),
  resetMs: msBeforeNext,
});
