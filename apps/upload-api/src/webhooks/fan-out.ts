import { eventTypes, type EventType, webhookPayload } from '@darkroom/contracts';
import type { WebhookQueue } from '@darkroom/domain';
import { done, skipped, type Handler } from '@darkroom/runtime';

export const webhookGroup = 'webhooks';
export const webhookEvents: readonly EventType[] = eventTypes;

/** Makes a delivery of an event for each endpoint that wants it. */
export function fanOutHandler(
  queue: Pick<WebhookQueue, 'fanOut'>,
  onDeliveries: () => void,
): Handler<EventType> {
  return async (event) => {
    const payload = webhookPayload(event);
    const made = await queue.fanOut({
      eventId: event.id,
      ownerId: event.data.owner_id,
      imageId: event.imageId,
      type: payload.type,
      at: event.time,
      body: JSON.stringify(payload),
    });
    if (made === 0) return skipped('no endpoint wants it, or each has it already');
    onDeliveries();
    return done();
  };
}
