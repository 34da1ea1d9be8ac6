import type { DeadLetterCode } from '@darkroom/contracts';
import type { DeadLetter, DeadLetterFilter, DeadLetterMessage, DeadLetters } from '@darkroom/domain';
import { isId } from '@darkroom/kernel';
import type { Knex } from 'knex';
import type { Database } from '../database/connect.ts';
import { rowsOf } from '../event-log/rows-of.ts';

interface DeadLetterRow {
  readonly id: string;
  readonly group_name: string;
  readonly code: DeadLetterCode;
  readonly event_id: string | null;
  readonly event_type: string | null;
  readonly image_id: string | null;
  readonly attempts: number;
  readonly last_error: string;
  readonly partition: number;
  readonly record_offset: string;
  readonly updated_at: Date;
}

interface MessageRow extends DeadLetterRow {
  readonly record_key: string | null;
  readonly headers: Record<string, string>;
  readonly value: Buffer;
}

const columns = `id, group_name, code, headers ->> 'ce_id' as event_id, event_type, image_id, attempts, last_error,
  partition, record_offset, updated_at`;

/** Dead letters in the table that the consumers write them to. */
export class PostgresDeadLetters implements DeadLetters {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async list(
    filter: DeadLetterFilter,
    afterId: string | undefined,
    limit: number,
  ): Promise<readonly DeadLetter[]> {
    const { sql, bindings } = where(filter);
    const after = afterId === undefined ? '' : 'and id < ?';
    const rows = await this.#db.run((knex) =>
      rowsOf<DeadLetterRow>(
        knex,
        `select ${columns} from deliveries where ${sql} ${after} order by id desc limit ?`,
        [...bindings, ...(afterId === undefined ? [] : [afterId]), limit],
      ),
    );
    return rows.map(toDeadLetter);
  }

  async get(id: string): Promise<DeadLetterMessage | undefined> {
    if (!isId(id)) return undefined;
    const [row] = await this.#db.run((knex) =>
      rowsOf<MessageRow>(
        knex,
        `select ${columns}, record_key, headers, value from deliveries where state = 'dead' and id = ?`,
        [id],
      ),
    );
    if (row === undefined) return undefined;
    const { record_key: key, headers, value } = row;
    return { ...toDeadLetter(row), key, headers, value: new Uint8Array(value) };
  }

  async replay(filter: DeadLetterFilter): Promise<number> {
    const { sql, bindings } = where(filter);
    return this.#change(
      `update deliveries set state = 'waiting', code = null, attempts = 0, due_at = clock_timestamp(),
         leased_until = null, updated_at = now()
       where ${sql}`,
      bindings,
    );
  }

  async discard(filter: DeadLetterFilter): Promise<number> {
    const { sql, bindings } = where(filter);
    return this.#change(`delete from deliveries where ${sql}`, bindings);
  }

  async #change(sql: string, bindings: readonly Knex.RawBinding[]): Promise<number> {
    const { rowCount } = await this.#db.run((knex) => knex.raw<{ rowCount: number }>(sql, bindings));
    return rowCount;
  }
}

function where(filter: DeadLetterFilter): { sql: string; bindings: Knex.RawBinding[] } {
  const { ids, group, code, eventType, imageId, before } = filter;
  const parts: (readonly [string, Knex.RawBinding | undefined])[] = [
    ['id = any (?::uuid[])', ids?.filter(isId)],
    ['group_name = ?', group],
    ['code = ?', code],
    ['event_type = ?', eventType],
    ['image_id::text = lower(?)', imageId],
    ['updated_at < ?', before],
  ];
  const sql = ["state = 'dead'"];
  const bindings: Knex.RawBinding[] = [];
  for (const [condition, value] of parts) {
    if (value === undefined) continue;
    sql.push(condition);
    bindings.push(value);
  }
  return { sql: sql.join(' and '), bindings };
}

function toDeadLetter(row: DeadLetterRow): DeadLetter {
  return {
    id: row.id,
    group: row.group_name,
    code: row.code,
    eventId: row.event_id,
    eventType: row.event_type,
    imageId: row.image_id,
    attempts: row.attempts,
    lastError: row.last_error,
    partition: row.partition,
    offset: BigInt(row.record_offset),
    buriedAt: row.updated_at,
  };
}
