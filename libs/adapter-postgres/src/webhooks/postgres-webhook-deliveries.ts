import type { WebhookDeliveryState } from '@darkroom/contracts';
import type {
  DeliveryPage,
  WebhookDeliveries,
  WebhookDelivery,
  WebhookDeliveryDetail,
} from '@darkroom/domain';
import { isId, newId } from '@darkroom/kernel';
import type { Knex } from 'knex';
import type { Database } from '../database/connect.ts';
import { rowsOf } from '../event-log/rows-of.ts';

interface DeliveryRow {
  readonly id: string;
  readonly endpoint_id: string;
  readonly type: string;
  readonly image_id: string | null;
  readonly state: WebhookDeliveryState;
  readonly attempts: number;
  readonly due_at: Date | null;
  readonly created_at: Date;
  readonly settled_at: Date | null;
}

interface AttemptRow {
  readonly number: number;
  readonly at: Date;
  readonly duration_ms: number;
  readonly status: number | null;
  readonly error: string | null;
  readonly response: string | null;
}

const columns = 'id, endpoint_id, type, image_id, state, attempts, due_at, created_at, settled_at';
const mostAttemptsShown = 50;

export class PostgresWebhookDeliveries implements WebhookDeliveries {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async list(
    endpointId: string,
    { state, afterId, limit }: DeliveryPage,
  ): Promise<readonly WebhookDelivery[]> {
    const bindings: Knex.RawBinding[] = [endpointId];
    const wanted = ['endpoint_id = ?'];
    if (state !== undefined) {
      wanted.push('state = ?');
      bindings.push(state);
    }
    if (afterId !== undefined) {
      wanted.push('id < ?');
      bindings.push(afterId);
    }
    const rows = await this.#db.run((knex) =>
      rowsOf<DeliveryRow>(
        knex,
        `select ${columns} from webhook_deliveries where ${wanted.join(' and ')} order by id desc limit ?`,
        [...bindings, limit],
      ),
    );
    return rows.map(toDelivery);
  }

  async get(endpointId: string, id: string): Promise<WebhookDeliveryDetail | undefined> {
    if (!isId(id)) return undefined;
    // One statement, and so one snapshot: a delivery and its attempts are settled together
    const rows = await this.#db.run((knex) =>
      rowsOf<DeliveryRow & { readonly body: string } & (AttemptRow | { readonly number: null })>(
        knex,
        `select ${columns}, body, a.* from webhook_deliveries
         left join lateral (
           select number, at, duration_ms, status, error, response from webhook_attempts
           where delivery_id = webhook_deliveries.id order by number desc limit ?
         ) as a on true
         where endpoint_id = ? and id = ?
         order by a.number`,
        [mostAttemptsShown, endpointId, id],
      ),
    );
    const [row] = rows;
    return row && { ...toDelivery(row), body: row.body, log: rows.flatMap(toAttempts) };
  }

  async replay(endpointId: string, id: string): Promise<WebhookDelivery | undefined> {
    if (!isId(id)) return undefined;
    return this.#db.run(async (knex) => {
      const where = 'where endpoint_id = ? and id = ?';
      const [row] = await rowsOf<DeliveryRow>(
        knex,
        `update webhook_deliveries set state = 'pending', step = 0, due_at = clock_timestamp(), settled_at = null,
           leased_until = null, lease_token = null
         ${where} and (leased_until is null or leased_until <= clock_timestamp())
         returning ${columns}`,
        [endpointId, id],
      );
      if (row !== undefined) return toDelivery(row);
      const [busy] = await rowsOf<DeliveryRow>(knex, `select ${columns} from webhook_deliveries ${where}`, [
        endpointId,
        id,
      ]);
      return busy && toDelivery(busy);
    });
  }

  async add(endpointId: string, type: string, body: string): Promise<WebhookDelivery | undefined> {
    const [row] = await this.#db.run((knex) =>
      rowsOf<DeliveryRow>(
        knex,
        `with endpoint as (select id from webhook_endpoints where id = ? for key share)
         insert into webhook_deliveries (id, endpoint_id, type, body, state, due_at)
         select ?::uuid, endpoint.id, ?, ?, 'pending', clock_timestamp() from endpoint
         returning ${columns}`,
        [endpointId, newId(), type, body],
      ),
    );
    return row && toDelivery(row);
  }
}

function toDelivery(row: DeliveryRow): WebhookDelivery {
  return {
    id: row.id,
    endpointId: row.endpoint_id,
    type: row.type,
    imageId: row.image_id,
    state: row.state,
    attempts: row.attempts,
    dueAt: row.due_at,
    createdAt: row.created_at,
    settledAt: row.settled_at,
  };
}

/** None, for a delivery that was never tried. */
function toAttempts(row: AttemptRow | { readonly number: null }): WebhookDeliveryDetail['log'] {
  if (row.number === null) return [];
  const { number, at, duration_ms: durationMs, status, error, response } = row;
  return [{ number, at, durationMs, status, error, response }];
}
