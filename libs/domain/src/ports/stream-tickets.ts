import type { OwnerScope } from '../use-cases/find-image.ts';

/** What a ticket lets its bearer do: all that its maker's token let the maker see, for as long. */
export interface StreamTicket {
  readonly ownerId: string;
  /** Whose images it reaches; undefined: everybody's. */
  readonly scope: OwnerScope;
  readonly isAdmin: boolean;
  /** When the token that it was made with expires; undefined: never. */
  readonly tokenExpiresAt: Date | undefined;
}

/**
 * Tickets for clients that can send no headers. Kept by the SHA-256 of their text alone, so that what is stored opens
 * nothing. Throws `unavailable` where they cannot be reached.
 */
export interface StreamTickets {
  /** Also forgets some that have expired. */
  keep(hash: Uint8Array, ticket: StreamTicket, expiresAt: Date): Promise<void>;
  /** Takes a ticket that has not expired: once, whichever process asks and however many ask at once. */
  take(hash: Uint8Array, now: Date): Promise<StreamTicket | undefined>;
}
