import { createHash, randomBytes } from 'node:crypto';
import type { TicketBody } from '@darkroom/contracts';
import type { StreamTickets } from '@darkroom/domain';
import { AppError, type Clock } from '@darkroom/kernel';
import type { Caller } from '../auth.ts';

const ticketMs = 60_000;

/**
 * Tickets for `EventSource`, which can send no headers. A ticket stands in a URL, and URLs get into logs: so it opens one
 * stream only, within a minute, and nothing but a stream. Any process takes what another gave out.
 */
export interface TicketOffice {
  issue(caller: Caller): Promise<TicketBody>;
  /** Throws `unauthenticated` for one that is none, has been used or has expired. */
  redeem(ticket: string): Promise<Caller>;
}

export function ticketOffice({ tickets, clock }: { tickets: StreamTickets; clock: Clock }): TicketOffice {
  return {
    issue: async ({ ownerId, scope, isAdmin, expiresAt: tokenExpiresAt }) => {
      const ticket = randomBytes(32).toString('base64url');
      const ends = clock.now().getTime() + ticketMs;
      const expiresAt = new Date(Math.min(ends, tokenExpiresAt?.getTime() ?? ends));
      await tickets.keep(hashOf(ticket), { ownerId, scope, isAdmin, tokenExpiresAt }, expiresAt);
      return { ticket, expires_at: expiresAt.toISOString() };
    },
    redeem: async (ticket) => {
      const found = /^[\w-]{43}$/.test(ticket) ? await tickets.take(hashOf(ticket), clock.now()) : undefined;
      if (found === undefined) {
        throw new AppError('unauthenticated', 'The ticket has been used, or has expired: get a new one.');
      }
      const { ownerId, scope, isAdmin, tokenExpiresAt: expiresAt } = found;
      return { ownerId, scope, isAdmin, expiresAt };
    },
  };
}

const hashOf = (ticket: string): Uint8Array => createHash('sha256').update(ticket).digest();
