import type { WebhookDeliveries, WebhookEndpoint, WebhookEndpoints } from '@darkroom/domain';
import { AppError, isId, type Clock } from '@darkroom/kernel';
import { z } from 'zod';
import type { Call, Route } from '../route.ts';
import { TargetRefused } from '../../webhooks/target.ts';

/** What the webhook routes work with. */
export interface WebhookApi {
  readonly webhookEndpoints: WebhookEndpoints;
  readonly webhookDeliveries: WebhookDeliveries;
  /** Throws `TargetRefused` where nothing would be sent to this URL. */
  readonly approveWebhook: (url: string) => Promise<unknown>;
  readonly clock: Clock;
}

/** The same calls exist twice: for an owner's endpoints, and for the global ones of admins. */
export interface WebhookScope {
  readonly base: '/webhooks' | '/admin/webhooks';
  readonly access: Route['access'];
  /** Stands in operation ids. */
  readonly name: 'Webhook' | 'GlobalWebhook';
  /** Stands in summaries. */
  readonly noun: 'webhook' | 'global webhook';
  ownerOf(call: Pick<Call, 'caller'>): string | null;
}

export const webhookScopes: readonly WebhookScope[] = [
  {
    base: '/webhooks',
    access: 'user',
    name: 'Webhook',
    noun: 'webhook',
    ownerOf: ({ caller }) => caller.ownerId,
  },
  {
    base: '/admin/webhooks',
    access: 'admin',
    name: 'GlobalWebhook',
    noun: 'global webhook',
    ownerOf: () => null,
  },
];

const example = '01948f3c-6d2e-7c41-9b7a-0c5d8e1f2a3b';
export const endpointParams = {
  id: z.uuid().meta({ description: 'Id of the endpoint.', examples: [example] }),
};
export const deliveryParams = {
  ...endpointParams,
  delivery: z.uuid().meta({ description: 'Id of the delivery.', examples: [example] }),
};

/** The endpoint of the path. Throws `not_found` where it is not there, or somebody else's. */
export async function endpointOf(
  { webhookEndpoints }: Pick<WebhookApi, 'webhookEndpoints'>,
  scope: WebhookScope,
  call: Pick<Call, 'caller' | 'param'>,
): Promise<WebhookEndpoint> {
  return found(await webhookEndpoints.get(scope.ownerOf(call), call.param('id')));
}

export function found<T>(thing: T | undefined): T {
  if (thing === undefined) throw new AppError('not_found', 'There is no such webhook.');
  return thing;
}

export function deliveryIdOf(call: Pick<Call, 'param'>): string {
  const id = call.param('delivery');
  if (!isId(id)) throw notDelivered();
  return id;
}

export function foundDelivery<T>(delivery: T | undefined): T {
  if (delivery === undefined) throw notDelivered();
  return delivery;
}

function notDelivered(): AppError {
  return new AppError('not_found', 'There is no such delivery of this webhook.');
}

/** Throws `invalid` with a sentence for people where nothing would be sent to this URL. */
export async function approved(
  { approveWebhook }: Pick<WebhookApi, 'approveWebhook'>,
  url: string,
): Promise<void> {
  try {
    await approveWebhook(url);
  } catch (error) {
    if (!(error instanceof TargetRefused)) throw error;
    throw new AppError('invalid', `Webhooks cannot be sent to this URL: ${error.message}.`, {
      reason: 'webhook_url_refused',
      problems: [{ path: 'url', message: error.message }],
      cause: error,
    });
  }
}
