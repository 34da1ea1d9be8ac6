import type { WebhookEndpoint } from '../model/webhook.ts';

/** Endpoints of one owner, or (owner null) the global ones. Those of others are as good as not there. */
export interface WebhookEndpoints {
  /** Oldest first. */
  list(ownerId: string | null): Promise<readonly WebhookEndpoint[]>;
  get(ownerId: string | null, id: string): Promise<WebhookEndpoint | undefined>;
  /** Throws `conflict` with reason `too_many_webhooks` where the owner has `most` already, however many ask at once. */
  create(endpoint: WebhookEndpoint, most: number): Promise<void>;
  /** Replaces the row by what `change` makes of it, under its lock; answers the new one. Owner and id stay. */
  update(
    ownerId: string | null,
    id: string,
    change: (endpoint: WebhookEndpoint) => WebhookEndpoint,
  ): Promise<WebhookEndpoint | undefined>;
  /** With its deliveries. Answers whether it was there. */
  remove(ownerId: string | null, id: string): Promise<boolean>;
}
