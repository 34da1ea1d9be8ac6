import { randomBytes } from 'node:crypto';
import type { WebhookDeliveryState, WebhookPauseReason } from '@darkroom/contracts';
import { AppError, newId } from '@darkroom/kernel';

/** A secret that was replaced, and until when receivers may go on using it. */
export interface PreviousSecret {
  readonly secret: string;
  readonly until: Date;
}

/** A URL that is told of events. */
export interface WebhookEndpoint {
  readonly id: string;
  /** Whose images it is told of; null: everybody's. */
  readonly ownerId: string | null;
  readonly url: string;
  readonly description: string;
  /** Null: everything. */
  readonly eventTypes: readonly string[] | null;
  readonly secret: string;
  /** Sign too, each until its time is over; newest first. */
  readonly previousSecrets: readonly PreviousSecret[];
  /** Null: it is active. */
  readonly pausedReason: WebhookPauseReason | null;
  /** When the first attempt failed after the last that got through. */
  readonly failingSince: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** One event for one endpoint. */
export interface WebhookDelivery {
  /** The `webhook-id`, the same in every attempt. */
  readonly id: string;
  readonly endpointId: string;
  readonly type: string;
  readonly imageId: string | null;
  readonly state: WebhookDeliveryState;
  /** Attempts begun, over all replays. */
  readonly attempts: number;
  /** Null once it is settled. */
  readonly dueAt: Date | null;
  readonly createdAt: Date;
  readonly settledAt: Date | null;
}

/** How one attempt went. */
export interface WebhookAttempt {
  readonly at: Date;
  readonly durationMs: number;
  /** Null: no answer came. */
  readonly status: number | null;
  /** Null: it got through. */
  readonly error: string | null;
  /** How the answer begins. */
  readonly response: string | null;
}

/** Endpoints that one owner may have; and the global ones, all together. */
export const mostWebhookEndpoints = 10;

/** How many of them may be valid at once: each signs every request. */
export const mostPreviousSecrets = 9;

/** How long a replaced secret signs as well, so that receivers can change over. */
export const secretOverlapMs = 24 * 3_600_000;

/** 32 random bytes, as Standard Webhooks writes secrets. */
function newWebhookSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`;
}

/** An active endpoint with an id and a secret of its own. */
export function newWebhookEndpoint(
  wanted: Pick<WebhookEndpoint, 'ownerId' | 'url' | 'description' | 'eventTypes'>,
  now: Date,
): WebhookEndpoint {
  return {
    ...wanted,
    id: newId(),
    secret: newWebhookSecret(),
    previousSecrets: [],
    pausedReason: null,
    failingSince: null,
    createdAt: now,
    updatedAt: now,
  };
}

/**
 * The endpoint with a new secret; the one it had stays valid for {@link secretOverlapMs}, and so do those before it for what is
 * left of their time. Throws `conflict` where there are {@link mostPreviousSecrets} of them.
 */
export function withNewSecret(endpoint: WebhookEndpoint, now: Date): WebhookEndpoint {
  const valid = endpoint.previousSecrets.filter(({ until }) => until > now);
  if (valid.length >= mostPreviousSecrets) {
    const free = valid.at(-1)?.until.toISOString();
    throw new AppError(
      'conflict',
      `Too many earlier secrets are still valid. Make a new one after ${free}.`,
      {
        reason: 'too_many_secrets',
      },
    );
  }
  const until = new Date(now.getTime() + secretOverlapMs);
  return {
    ...endpoint,
    secret: newWebhookSecret(),
    previousSecrets: [{ secret: endpoint.secret, until }, ...valid],
    updatedAt: now,
  };
}
