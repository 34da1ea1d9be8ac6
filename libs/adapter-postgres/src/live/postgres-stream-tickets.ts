import type { StreamTicket, StreamTickets } from '@darkroom/domain';
import type { Database } from '../database/connect.ts';
import { rowsOf } from '../event-log/rows-of.ts';

interface TicketRow {
  readonly owner_id: string;
  readonly scope: string | null;
  readonly is_admin: boolean;
  readonly token_expires_at: Date | null;
}

/** More than one, so that they cannot pile up. */
const forgottenAtOnce = 20;

export class PostgresStreamTickets implements StreamTickets {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async keep(hash: Uint8Array, ticket: StreamTicket, expiresAt: Date): Promise<void> {
    const { ownerId, scope = null, isAdmin, tokenExpiresAt = null } = ticket;
    await this.#database.run((knex) =>
      knex.raw(
        `with old as (
           select hash from stream_tickets where expires_at < now() order by expires_at limit ${forgottenAtOnce}
           for update skip locked
         ), forgotten as (
           delete from stream_tickets where hash in (select hash from old)
         )
         insert into stream_tickets (hash, owner_id, scope, is_admin, token_expires_at, expires_at)
         values (?, ?, ?, ?, ?, ?)`,
        [Buffer.from(hash), ownerId, scope, isAdmin, tokenExpiresAt, expiresAt],
      ),
    );
  }

  async take(hash: Uint8Array, now: Date): Promise<StreamTicket | undefined> {
    const [row] = await this.#database.run((knex) =>
      rowsOf<TicketRow>(
        knex,
        `delete from stream_tickets where hash = ? and expires_at > ?
         returning owner_id, scope, is_admin, token_expires_at`,
        [Buffer.from(hash), now],
      ),
    );
    return (
      row && {
        ownerId: row.owner_id,
        scope: row.scope ?? undefined,
        isAdmin: row.is_admin,
        tokenExpiresAt: row.token_expires_at ?? undefined,
      }
    );
  }
}
