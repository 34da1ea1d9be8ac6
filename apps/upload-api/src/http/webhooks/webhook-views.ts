import type { WebhookBody, WebhookDeliveryBody, WebhookDeliveryDetailBody } from '@darkroom/contracts';
import type { WebhookDelivery, WebhookDeliveryDetail, WebhookEndpoint } from '@darkroom/domain';

/** An endpoint as its owner sees it: everything but its secrets. */
export function viewWebhook(endpoint: WebhookEndpoint, now: Date): WebhookBody {
  const previous = endpoint.previousSecrets[0];
  return {
    id: endpoint.id,
    url: endpoint.url,
    description: endpoint.description,
    event_types: endpoint.eventTypes === null ? null : [...endpoint.eventTypes],
    status: endpoint.pausedReason === null ? 'active' : 'paused',
    paused_reason: endpoint.pausedReason,
    failing_since: endpoint.failingSince?.toISOString() ?? null,
    previous_secret_until:
      previous !== undefined && previous.until > now ? previous.until.toISOString() : null,
    created_at: endpoint.createdAt.toISOString(),
    updated_at: endpoint.updatedAt.toISOString(),
  };
}

export function viewDelivery(delivery: WebhookDelivery): WebhookDeliveryBody {
  return {
    id: delivery.id,
    type: delivery.type,
    image_id: delivery.imageId,
    status: delivery.state,
    attempts: delivery.attempts,
    due_at: delivery.dueAt?.toISOString() ?? null,
    created_at: delivery.createdAt.toISOString(),
    settled_at: delivery.settledAt?.toISOString() ?? null,
  };
}

export function viewDeliveryDetail(delivery: WebhookDeliveryDetail): WebhookDeliveryDetailBody {
  return {
    ...viewDelivery(delivery),
    payload: JSON.parse(delivery.body) as Record<string, unknown>,
    log: delivery.log.map(({ number, at, durationMs, status, error, response }) => ({
      number,
      at: at.toISOString(),
      duration_ms: durationMs,
      status,
      error,
      response,
    })),
  };
}
