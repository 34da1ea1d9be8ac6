import type { Route } from '../route.ts';
import { webhookDeliveryRoutes } from './delivery-routes.ts';
import { webhookEndpointRoutes } from './endpoint-routes.ts';
import { webhookScopes, type WebhookApi } from './webhook-scope.ts';

/** `/webhooks` for owners, and the same below `/admin` for global endpoints. */
export function webhookRoutes(api: WebhookApi): Route[] {
  return webhookScopes.flatMap((scope) => [
    ...webhookEndpointRoutes(api, scope),
    ...webhookDeliveryRoutes(api, scope),
  ]);
}
