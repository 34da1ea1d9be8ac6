import type {
  TakenWebhook,
  TakeOptions,
  WebhookAttempt,
  WebhookEvent,
  WebhookQueue,
  WebhookVerdict,
} from '@darkroom/domain';
import { newId } from '@darkroom/kernel';
import type { Knex } from 'knex';
import type { Database } from '../database/connect.ts';
import { rowsOf } from '../event-log/rows-of.ts';

interface TakenRow {
  readonly id: string;
  readonly endpoint_id: string;
  readonly body: string;
  readonly step: number;
  readonly attempts: number;
  readonly url: string;
  /** The present one, and all before it that are valid still. */
  readonly secrets: readonly string[];
}

const due = `d.state = 'pending' and d.due_at <= clock_timestamp()
  and (d.leased_until is null or d.leased_until <= clock_timestamp())`;
const underWay = `d.state = 'pending' and d.leased_until > clock_timestamp()`;

export class PostgresWebhookQueue implements WebhookQueue {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async fanOut({ eventId, ownerId, imageId, type, at, body }: WebhookEvent): Promise<number> {
    // What happened before an endpoint was made is not for it; a minute, since clocks differ
    const endpoints = await this.#db.run((knex) =>
      rowsOf<{ id: string }>(
        knex,
        `select id from webhook_endpoints
         where (owner_id = ? or owner_id is null) and paused_reason is null
           and (event_types is null or ? = any (event_types)) and created_at < ?::timestamptz + interval '1 minute'`,
        [ownerId, type, at],
      ),
    );
    if (endpoints.length === 0) return 0;
    const { rowCount } = await this.#db.run((knex) =>
      knex.raw<{ rowCount: number }>(
        `with wanted as (
           select n.id, e.id as endpoint_id from unnest(?::uuid[], ?::uuid[]) as n (id, endpoint_id)
           join webhook_endpoints e on e.id = n.endpoint_id
           for key share of e
         )
         insert into webhook_deliveries (id, endpoint_id, event_id, image_id, type, body, state, due_at)
         select id, endpoint_id, ?, ?, ?, ?, 'pending', clock_timestamp() from wanted
         on conflict (endpoint_id, event_id) do nothing`,
        [endpoints.map(newId), endpoints.map(({ id }) => id), eventId, imageId, type, body],
      ),
    );
    return rowCount;
  }

  async takeDue({ limit, perEndpoint, leaseMs }: TakeOptions): Promise<readonly TakenWebhook[]> {
    const leaseToken = newId();
    const rows = await this.#db.transaction(async (trx) => {
      const endpoints = await lockEndpoints(trx, limit, perEndpoint);
      return endpoints.length === 0 ? [] : take(trx, endpoints, { limit, perEndpoint, leaseMs, leaseToken });
    });
    return rows.map((row) => ({
      id: row.id,
      leaseToken,
      endpointId: row.endpoint_id,
      url: row.url,
      secrets: row.secrets,
      body: row.body,
      step: row.step,
      attempt: row.attempts,
    }));
  }

  async settle(
    { id, leaseToken }: Pick<TakenWebhook, 'id' | 'leaseToken'>,
    attempt: WebhookAttempt,
    verdict: WebhookVerdict,
    failingBefore: Date,
  ): Promise<boolean> {
    return this.#db.transaction(async (trx) => {
      const [state, dueAt] = verdict.kind === 'retry' ? ['pending', verdict.dueAt] : [verdict.kind, null];
      const [row] = await rowsOf<{ endpoint_id: string; attempts: number }>(
        trx,
        `update webhook_deliveries set state = ?, due_at = ?, leased_until = null, lease_token = null,
           settled_at = ${dueAt === null ? 'clock_timestamp()' : 'null'}
         where id = ? and lease_token = ?
         returning endpoint_id, attempts`,
        [state, dueAt, id, leaseToken],
      );
      if (row === undefined) return false;
      await trx('webhook_attempts').insert({
        delivery_id: id,
        number: row.attempts,
        at: attempt.at,
        duration_ms: attempt.durationMs,
        status: attempt.status,
        error: attempt.error,
        response: attempt.response,
      });
      await tellEndpoint(trx, row.endpoint_id, attempt, verdict, failingBefore);
      return true;
    });
  }
}

/**
 * Endpoints with something due and room for it. Their locks make the count of what is under way hold until commit: it
 * is taken again, by the next statement, under the lock.
 */
async function lockEndpoints(trx: Knex.Transaction, limit: number, perEndpoint: number): Promise<string[]> {
  const rows = await rowsOf<{ id: string }>(
    trx,
    `select e.id from webhook_endpoints e
     cross join lateral (
       select count(*) as n from webhook_deliveries d where d.endpoint_id = e.id and ${underWay}
     ) as busy
     where e.paused_reason is null and busy.n < ?
       and exists (select from webhook_deliveries d where d.endpoint_id = e.id and ${due})
     order by busy.n, random() limit ?
     for no key update of e skip locked`,
    [perEndpoint, limit],
  );
  return rows.map(({ id }) => id);
}

async function take(
  trx: Knex.Transaction,
  endpoints: readonly string[],
  { limit, perEndpoint, leaseMs, leaseToken }: TakeOptions & { readonly leaseToken: string },
): Promise<readonly TakenRow[]> {
  return rowsOf<TakenRow>(
    trx,
    `with due as materialized (
       select first.id from unnest(?::uuid[]) as e (id)
       cross join lateral (
         select d.id, d.due_at, row_number() over (order by d.due_at) as turn from (
           select d.id, d.due_at from webhook_deliveries d
           where d.endpoint_id = e.id and ${due}
           order by d.due_at
           limit greatest(0, ? - (
             select count(*) from webhook_deliveries d where d.endpoint_id = e.id and ${underWay}
           ))
           for update skip locked
         ) as d
       ) as first
       order by first.turn, first.due_at limit ?
     ), taken as (
       update webhook_deliveries d set leased_until = clock_timestamp() + ? * interval '1 millisecond',
         lease_token = ?, attempts = attempts + 1, step = step + 1
       from due where d.id = due.id
       returning d.id, d.endpoint_id, d.body, d.step, d.attempts, d.due_at
     )
     select t.id, t.endpoint_id, t.body, t.step, t.attempts, e.url, array[e.secret]
       || case when e.previous_secret_until > clock_timestamp() then array[e.previous_secret] else '{}' end
       || array(
         select older.secret from jsonb_to_recordset(e.older_secrets) as older (secret text, until timestamptz)
         where older.until > clock_timestamp()
       ) as secrets
     from taken t join webhook_endpoints e on e.id = t.endpoint_id
     order by t.due_at`,
    [[...endpoints], perEndpoint, limit, leaseMs, leaseToken],
  );
}

/** Only where something changes: most attempts get through, and the row is locked by those who take. */
async function tellEndpoint(
  trx: Knex.Transaction,
  endpointId: string,
  { at }: WebhookAttempt,
  verdict: WebhookVerdict,
  failingBefore: Date,
): Promise<void> {
  if (verdict.kind === 'delivered') {
    await trx.raw(
      'update webhook_endpoints set failing_since = null where id = ? and failing_since is not null',
      [endpointId],
    );
    return;
  }
  await trx.raw('update webhook_endpoints set failing_since = ? where id = ? and failing_since is null', [
    at,
    endpointId,
  ]);
  if (verdict.kind === 'retry') return;
  await trx.raw(
    `update webhook_endpoints set paused_reason = ?, updated_at = now()
     where id = ? and paused_reason is null and (? or failing_since < ?)`,
    [verdict.gone ? 'gone' : 'failing', endpointId, verdict.gone, failingBefore],
  );
}
