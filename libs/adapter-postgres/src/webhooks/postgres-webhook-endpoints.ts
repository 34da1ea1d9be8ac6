import type { WebhookPauseReason } from '@darkroom/contracts';
import type { WebhookEndpoint, WebhookEndpoints } from '@darkroom/domain';
import { AppError, isId } from '@darkroom/kernel';
import type { Knex } from 'knex';
import type { Database } from '../database/connect.ts';
import { rowsOf } from '../event-log/rows-of.ts';

interface EndpointRow {
  readonly id: string;
  readonly owner_id: string | null;
  readonly url: string;
  readonly description: string;
  readonly event_types: readonly string[] | null;
  readonly secret: string;
  readonly previous_secret: string | null;
  readonly previous_secret_until: Date | null;
  /** JSON. The one before them has columns of its own, where release 0.1.0 looks for it. */
  readonly older_secrets: readonly { readonly secret: string; readonly until: string }[];
  readonly paused_reason: WebhookPauseReason | null;
  readonly failing_since: Date | null;
  readonly created_at: Date;
  readonly updated_at: Date;
}

const columns = `id, owner_id, url, description, event_types, secret, previous_secret, previous_secret_until,
  older_secrets, paused_reason, failing_since, created_at, updated_at`;

export class PostgresWebhookEndpoints implements WebhookEndpoints {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async list(ownerId: string | null): Promise<readonly WebhookEndpoint[]> {
    const rows = await this.#db.run((knex) =>
      rowsOf<EndpointRow>(
        knex,
        `select ${columns} from webhook_endpoints where owner_id is not distinct from ? order by id`,
        [ownerId],
      ),
    );
    return rows.map(toEndpoint);
  }

  async get(ownerId: string | null, id: string): Promise<WebhookEndpoint | undefined> {
    return this.#db.run((knex) => find(knex, ownerId, id));
  }

  async create(endpoint: WebhookEndpoint, most: number): Promise<void> {
    const { ownerId } = endpoint;
    await this.#db.transaction(async (trx) => {
      await trx.raw(
        `select pg_advisory_xact_lock(hashtextextended('webhook_endpoints ' || coalesce(?, ''), 0))`,
        [ownerId],
      );
      const [found] = await rowsOf<{ there: number }>(
        trx,
        'select count(*)::integer as there from webhook_endpoints where owner_id is not distinct from ?',
        [ownerId],
      );
      if ((found?.there ?? 0) >= most) {
        throw new AppError('conflict', `There are ${most} webhooks already, and that is the most.`, {
          reason: 'too_many_webhooks',
        });
      }
      await trx('webhook_endpoints').insert(toColumns(endpoint));
    });
  }

  async update(
    ownerId: string | null,
    id: string,
    change: (endpoint: WebhookEndpoint) => WebhookEndpoint,
  ): Promise<WebhookEndpoint | undefined> {
    return this.#db.transaction(async (trx) => {
      const found = await find(trx, ownerId, id, 'for no key update');
      if (found === undefined) return undefined;
      const changed = { ...change(found), id: found.id, ownerId };
      await trx('webhook_endpoints').where('id', found.id).update(toColumns(changed));
      return changed;
    });
  }

  async remove(ownerId: string | null, id: string): Promise<boolean> {
    if (!isId(id)) return false;
    const { rowCount } = await this.#db.transaction((trx) =>
      trx.raw<{ rowCount: number }>(
        'delete from webhook_endpoints where owner_id is not distinct from ? and id = ?',
        [ownerId, id],
      ),
    );
    return rowCount > 0;
  }
}

async function find(
  knex: Knex,
  ownerId: string | null,
  id: string,
  lock = '',
): Promise<WebhookEndpoint | undefined> {
  if (!isId(id)) return undefined;
  const [row] = await rowsOf<EndpointRow>(
    knex,
    `select ${columns} from webhook_endpoints where owner_id is not distinct from ? and id = ? ${lock}`,
    [ownerId, id],
  );
  return row && toEndpoint(row);
}

function toColumns(endpoint: WebhookEndpoint): Record<keyof EndpointRow, unknown> {
  const [previous, ...older] = endpoint.previousSecrets;
  return {
    id: endpoint.id,
    owner_id: endpoint.ownerId,
    url: endpoint.url,
    description: endpoint.description,
    event_types: endpoint.eventTypes,
    secret: endpoint.secret,
    previous_secret: previous?.secret ?? null,
    previous_secret_until: previous?.until ?? null,
    older_secrets: JSON.stringify(older),
    paused_reason: endpoint.pausedReason,
    failing_since: endpoint.failingSince,
    created_at: endpoint.createdAt,
    updated_at: endpoint.updatedAt,
  };
}

function toEndpoint(row: EndpointRow): WebhookEndpoint {
  const { previous_secret: secret, previous_secret_until: until } = row;
  const previous = secret === null || until === null ? [] : [{ secret, until }];
  const older = row.older_secrets.map((one) => ({ secret: one.secret, until: new Date(one.until) }));
  return {
    id: row.id,
    ownerId: row.owner_id,
    url: row.url,
    description: row.description,
    eventTypes: row.event_types,
    secret: row.secret,
    previousSecrets: [...previous, ...older],
    pausedReason: row.paused_reason,
    failingSince: row.failing_since,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
