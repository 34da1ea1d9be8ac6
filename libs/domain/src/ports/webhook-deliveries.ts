import type { WebhookDeliveryState } from '@darkroom/contracts';
import type { WebhookAttempt, WebhookDelivery } from '../model/webhook.ts';

export interface WebhookDeliveryDetail extends WebhookDelivery {
  /** The body, as it is signed and sent. */
  readonly body: string;
  /** The latest 50 attempts, oldest first. One that its process did not live to record is missing. */
  readonly log: readonly (WebhookAttempt & { readonly number: number })[];
}

export interface DeliveryPage {
  readonly state?: WebhookDeliveryState | undefined;
  /** Goes on after the delivery with this id. */
  readonly afterId?: string | undefined;
  readonly limit: number;
}

/** The log of what was sent, or is to be sent, to one endpoint. */
export interface WebhookDeliveries {
  /** Newest first. */
  list(endpointId: string, page: DeliveryPage): Promise<readonly WebhookDelivery[]>;
  get(endpointId: string, id: string): Promise<WebhookDeliveryDetail | undefined>;
  /** Due now, with all attempts before it. What is being sent at this moment stays as it is. */
  replay(endpointId: string, id: string): Promise<WebhookDelivery | undefined>;
  /** A delivery that comes from no event; undefined where the endpoint has gone. */
  add(endpointId: string, type: string, body: string): Promise<WebhookDelivery | undefined>;
}
