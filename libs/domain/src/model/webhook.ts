import { randomBytes } from 'node:crypto';
import type { WebhookDeliveryState, WebhookPauseReason } from '@darkroom/contracts';
import { newId } from '@darkroom/kernel';

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
  /** Signs too, until its time is over. */
  readonly previousSecret: { readonly secret: string; readonly until: Date } | null;
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

/** How long the previous secret signs as well, so that receivers can change over. */
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
    previousSecret: null,
    pausedReason: null,
    failingSince: null,
    createdAt: now,
    updatedAt: now,
  };
}

/** The endpoint with a new secret; the one it had stays valid for {@link secretOverlapMs}. */
export function withNewSecret(endpoint: WebhookEndpoint, now: Date): WebhookEndpoint {
  const until = new Date(now.getTime() + secretOverlapMs);
  return {
    ...endpoint,
    secret: newWebhookSecret(),
    previousSecret: { secret: endpoint.secret, until },
    updatedAt: now,
  };
}
