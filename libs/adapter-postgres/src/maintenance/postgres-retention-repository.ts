import type { RetentionRepository } from '@darkroom/domain';
import type { Database } from '../database/connect.ts';
import { dropIdleGroups, pruneEventLog } from '../event-log/log-maintenance.ts';

export class PostgresRetentionRepository implements RetentionRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async pruneTimeline(before: Date, limit: number): Promise<number> {
    const { rowCount } = await this.#database.run((knex) =>
      knex.raw<{ rowCount: number }>(
        `delete from image_timeline where (image_id, seq) in (
           select image_id, seq from image_timeline where at < ? order by at limit ? for update skip locked)`,
        [before, limit],
      ),
    );
    return rowCount;
  }

  async pruneEvents(before: Date, limit: number): Promise<number> {
    return pruneEventLog(this.#database, before, limit);
  }

  async pruneWebhooks(before: Date, limit: number): Promise<number> {
    const { rowCount } = await this.#database.run((knex) =>
      knex.raw<{ rowCount: number }>(
        `delete from webhook_deliveries where id in (
           select id from webhook_deliveries where created_at < ? order by created_at limit ? for update skip locked)`,
        [before, limit],
      ),
    );
    return rowCount;
  }

  async dropIdleGroups(before: Date): Promise<readonly string[]> {
    return dropIdleGroups(this.#database, before);
  }

  async pruneRequestKeys(now: Date, limit: number): Promise<number> {
    const { rowCount } = await this.#database.run((knex) =>
      knex.raw<{ rowCount: number }>(
        `delete from request_keys where (owner_id, key) in (
           select owner_id, key from request_keys where expires_at <= ? limit ? for update skip locked)`,
        [now, limit],
      ),
    );
    return rowCount;
  }

  async pruneRateLimits(now: Date, limit: number): Promise<number> {
    const { rowCount } = await this.#database.run((knex) =>
      knex.raw<{ rowCount: number }>(
        `delete from rate_limits where key in (
           select key from rate_limits where expire <= ? limit ? for update skip locked)`,
        [now.getTime(), limit],
      ),
    );
    return rowCount;
  }
}
