import { createHash } from 'node:crypto';
import { newId } from '@darkroom/kernel';
import {
  typeOfRecord,
  type BusRecord,
  type DeadLetterCode,
  type Delivery,
  type DeliveryStore,
  type DeliveryToKeep,
} from '@darkroom/contracts';
import type { Database } from '../database/connect.ts';
import { rowsOf } from '../event-log/rows-of.ts';

interface DeliveryRow {
  readonly id: string;
  readonly group_name: string;
  readonly partition: number;
  readonly record_offset: string;
  readonly record_key: string | null;
  readonly headers: Record<string, string>;
  readonly value: Buffer;
  readonly image_id: string | null;
  readonly attempts: number;
  readonly last_error: string;
}

const longestError = 4_000;

/** Deliveries between attempts, and dead letters, in one table. */
export class PostgresDeliveryStore implements DeliveryStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async retryLater(delivery: DeliveryToKeep, dueAt: Date): Promise<void> {
    await this.#keep(delivery, 'waiting', null, dueAt);
  }

  async bury(delivery: DeliveryToKeep, code: DeadLetterCode): Promise<void> {
    await this.#keep(delivery, 'dead', code, null);
  }

  async takeDue(group: string, limit: number, leaseMs: number): Promise<readonly Delivery[]> {
    const rows = await this.#db.run((knex) =>
      rowsOf<DeliveryRow>(
        knex,
        `update deliveries set leased_until = clock_timestamp() + ? * interval '1 millisecond',
           attempts = attempts + 1
         where id in (
           select id from deliveries
           where group_name = ? and state = 'waiting' and due_at <= clock_timestamp()
             and (leased_until is null or leased_until <= clock_timestamp())
           order by due_at limit ? for update skip locked
         )
         returning id, group_name, partition, record_offset, record_key, headers, value, image_id, attempts,
           last_error`,
        [leaseMs, group, limit],
      ),
    );
    return rows.map(toDelivery);
  }

  async extendLeases(ids: readonly string[], leaseMs: number): Promise<void> {
    await this.#db.run((knex) =>
      knex.raw(
        `update deliveries set leased_until = clock_timestamp() + ? * interval '1 millisecond'
         where id = any (?::uuid[]) and state = 'waiting'`,
        [leaseMs, [...ids]],
      ),
    );
  }

  async settle(id: string): Promise<void> {
    await this.#db.run((knex) => knex.raw('delete from deliveries where id = ?', [id]));
  }

  async #keep(
    delivery: DeliveryToKeep,
    state: 'waiting' | 'dead',
    code: DeadLetterCode | null,
    dueAt: Date | null,
  ): Promise<void> {
    const lastError = storable(delivery.lastError).slice(0, longestError);
    if (delivery.id !== null) {
      await this.#db.run((knex) =>
        knex.raw(
          `update deliveries set state = ?, code = ?, due_at = ?, leased_until = null, attempts = ?,
             last_error = ?, updated_at = now()
           where id = ?`,
          [state, code, dueAt, delivery.attempts, lastError, delivery.id],
        ),
      );
      return;
    }
    const { record, group, imageId, attempts } = delivery;
    await this.#db.run((knex) =>
      knex.raw(
        `insert into deliveries (id, group_name, event_key, state, code, partition, record_offset, record_key,
           headers, value, image_id, event_type, attempts, last_error, due_at)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?, ?, ?, ?, ?, ?)
         on conflict (group_name, event_key) do update
         set state = excluded.state, code = excluded.code, due_at = excluded.due_at, leased_until = null,
           attempts = greatest(deliveries.attempts, excluded.attempts), last_error = excluded.last_error,
           updated_at = now()
         where deliveries.state = 'waiting'`,
        [
          newId(),
          group,
          eventKey(record),
          state,
          code,
          record.partition,
          String(record.offset),
          record.key === null ? null : storable(record.key),
          storableHeaders(record.headers),
          Buffer.from(record.value),
          imageId,
          typeOfRecord(record) ?? null,
          attempts,
          lastError,
          dueAt,
        ],
      ),
    );
  }
}

/** Postgres text cannot hold NUL, which a poison message may well contain. The value keeps all its bytes. */
function storable(text: string): string {
  return text.replaceAll('\0', '\uFFFD').toWellFormed();
}

function storableHeaders(headers: BusRecord['headers']): string {
  const entries = Object.entries(headers).map(([name, value]) => [storable(name), storable(value ?? '')]);
  return JSON.stringify(Object.fromEntries(entries));
}

/** An index entry of Postgres holds 2,704 bytes; ids of ours are UUIDs. */
const longestId = 200;

/** The same for the same event, however often it was sent; for what is no event, its place and content. */
function eventKey(record: BusRecord): string {
  const id = record.headers.ce_id;
  if (id !== undefined && id !== '' && record.headers.ce_subject !== undefined)
    return id.length <= longestId ? storable(id) : digestOf(id);
  return `${record.partition}/${record.offset}/${digestOf(record.value)}`;
}

const digestOf = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');

function toDelivery(row: DeliveryRow): Delivery {
  return {
    id: row.id,
    group: row.group_name,
    record: {
      partition: row.partition,
      offset: BigInt(row.record_offset),
      key: row.record_key,
      headers: row.headers,
      value: new Uint8Array(row.value),
    },
    attempts: row.attempts,
    lastError: row.last_error,
    imageId: row.image_id,
  };
}
