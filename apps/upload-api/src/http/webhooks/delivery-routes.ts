import {
  testWebhookType,
  webhookDeliveryDetailSchema,
  webhookDeliveryListSchema,
  webhookDeliveryQuerySchema,
  webhookDeliverySchema,
  type WebhookPayload,
} from '@darkroom/contracts';
import { defineRoute, type Route } from '../route.ts';
import {
  deliveryIdOf,
  deliveryParams,
  endpointOf,
  endpointParams,
  found,
  foundDelivery,
  type WebhookApi,
  type WebhookScope,
} from './webhook-scope.ts';
import { viewDelivery, viewDeliveryDetail } from './webhook-views.ts';

/** What was sent, how it went, and sending it again. */
export function webhookDeliveryRoutes(api: WebhookApi, scope: WebhookScope): Route[] {
  return [testRoute(api, scope), listRoute(api, scope), getRoute(api, scope), replayRoute(api, scope)];
}

function testRoute(api: WebhookApi, scope: WebhookScope): Route {
  return defineRoute({
    methods: ['post'],
    path: `${scope.base}/:id/test`,
    access: scope.access,
    operationId: `test${scope.name}`,
    tag: 'Webhooks',
    summary: `Send a \`${testWebhookType}\``,
    description: 'To see that it arrives and that its signature is verified. Tried again like any other.',
    params: endpointParams,
    success: { status: 202, description: 'The delivery, on its way.', schema: webhookDeliverySchema },
    handle: async (call) => {
      const { id } = await endpointOf(api, scope, call);
      const payload: WebhookPayload = {
        type: testWebhookType,
        timestamp: api.clock.now().toISOString(),
        data: { webhook_id: id },
      };
      const made = await api.webhookDeliveries.add(id, testWebhookType, JSON.stringify(payload));
      return { body: viewDelivery(found(made)) };
    },
  });
}

function listRoute(api: WebhookApi, scope: WebhookScope): Route {
  return defineRoute({
    methods: ['get'],
    path: `${scope.base}/:id/deliveries`,
    access: scope.access,
    operationId: `list${scope.name}Deliveries`,
    tag: 'Webhooks',
    summary: 'What was sent, and is to be sent',
    description: '`status=dead` lists what was given up.',
    params: endpointParams,
    query: webhookDeliveryQuerySchema,
    success: { status: 200, description: 'A page of deliveries.', schema: webhookDeliveryListSchema },
    handle: async (call) => {
      const { status: state, cursor: afterId, page_size: pageSize } = call.query();
      const { id } = await endpointOf(api, scope, call);
      const listed = await api.webhookDeliveries.list(id, { state, afterId, limit: pageSize + 1 });
      const items = listed.slice(0, pageSize);
      const more = listed.length > pageSize;
      return {
        body: { items: items.map(viewDelivery), next_cursor: more ? (items.at(-1)?.id ?? null) : null },
      };
    },
  });
}

function getRoute(api: WebhookApi, scope: WebhookScope): Route {
  return defineRoute({
    methods: ['get'],
    path: `${scope.base}/:id/deliveries/:delivery`,
    access: scope.access,
    operationId: `get${scope.name}Delivery`,
    tag: 'Webhooks',
    summary: 'One delivery, with its body and its attempts',
    description: 'What each attempt was answered, and why it counts as failed.',
    params: deliveryParams,
    success: { status: 200, description: 'The delivery.', schema: webhookDeliveryDetailSchema },
    handle: async (call) => {
      const deliveryId = deliveryIdOf(call);
      const { id } = await endpointOf(api, scope, call);
      return { body: viewDeliveryDetail(foundDelivery(await api.webhookDeliveries.get(id, deliveryId))) };
    },
  });
}

function replayRoute(api: WebhookApi, scope: WebhookScope): Route {
  return defineRoute({
    methods: ['post'],
    path: `${scope.base}/:id/deliveries/:delivery/replay`,
    access: scope.access,
    operationId: `replay${scope.name}Delivery`,
    tag: 'Webhooks',
    summary: 'Send it again, now',
    description:
      'Whatever became of it, under the same `webhook-id` and with all attempts before it. Waits while the webhook is paused.',
    params: deliveryParams,
    success: { status: 202, description: 'The delivery, on its way.', schema: webhookDeliverySchema },
    handle: async (call) => {
      const deliveryId = deliveryIdOf(call);
      const { id } = await endpointOf(api, scope, call);
      return { body: viewDelivery(foundDelivery(await api.webhookDeliveries.replay(id, deliveryId))) };
    },
  });
}
