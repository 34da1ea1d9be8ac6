import type { TakenWebhook } from '@darkroom/domain';
import { Webhook } from 'standardwebhooks';

/** The headers of one attempt (Standard Webhooks, "Webhook headers"): signed by each secret that is valid now. */
export function webhookHeaders(
  { id, secrets, body }: Pick<TakenWebhook, 'id' | 'secrets' | 'body'>,
  at: Date,
): Record<string, string> {
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, at, body)).join(' '),
  };
}
