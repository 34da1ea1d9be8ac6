import {
  messageSchema,
  type WebhookChange,
  webhookChangeSchema,
  webhookInputSchema,
  webhookSchema,
  webhookWithSecretSchema,
} from '@darkroom/contracts';
import {
  mostPreviousSecrets,
  mostWebhookEndpoints,
  newWebhookEndpoint,
  withNewSecret,
  type WebhookEndpoint,
} from '@darkroom/domain';
import { z } from 'zod';
import { defineRoute, type Route } from '../route.ts';
import {
  approved,
  endpointOf,
  endpointParams,
  found,
  type WebhookApi,
  type WebhookScope,
} from './webhook-scope.ts';
import { viewWebhook } from './webhook-views.ts';

/** Make, show, change and remove endpoints. */
export function webhookEndpointRoutes(api: WebhookApi, scope: WebhookScope): Route[] {
  return [
    listRoute(api, scope),
    createRoute(api, scope),
    getRoute(api, scope),
    updateRoute(api, scope),
    removeRoute(api, scope),
    rotateRoute(api, scope),
  ];
}

function listRoute({ webhookEndpoints, clock }: WebhookApi, scope: WebhookScope): Route {
  return defineRoute({
    methods: ['get'],
    path: scope.base,
    access: scope.access,
    operationId: `list${scope.name}s`,
    tag: 'Webhooks',
    summary: `All ${scope.noun}s`,
    description: 'With their state, without their secrets.',
    success: { status: 200, description: 'Endpoints, oldest first.', schema: z.array(webhookSchema) },
    handle: async (call) => {
      const endpoints = await webhookEndpoints.list(scope.ownerOf(call));
      return { body: endpoints.map((endpoint) => viewWebhook(endpoint, clock.now())) };
    },
  });
}

function createRoute(api: WebhookApi, scope: WebhookScope): Route {
  return defineRoute({
    methods: ['post'],
    path: scope.base,
    access: scope.access,
    operationId: `create${scope.name}`,
    tag: 'Webhooks',
    summary: `Make a ${scope.noun}`,
    description: `At most ${mostWebhookEndpoints}. The answer carries the secret, which is never shown again.`,
    body: webhookInputSchema,
    success: { status: 201, description: 'The endpoint and its secret.', schema: webhookWithSecretSchema },
    problems: ['webhook_url_refused', 'too_many_webhooks'],
    handle: async (call) => {
      const { url, description, event_types: eventTypes } = await call.body();
      await approved(api, url);
      const now = api.clock.now();
      const wanted = { ownerId: scope.ownerOf(call), url, description, eventTypes };
      const endpoint = newWebhookEndpoint(wanted, now);
      await api.webhookEndpoints.create(endpoint, mostWebhookEndpoints);
      return { body: { ...viewWebhook(endpoint, now), secret: endpoint.secret } };
    },
  });
}

function getRoute(api: WebhookApi, scope: WebhookScope): Route {
  return defineRoute({
    methods: ['get'],
    path: `${scope.base}/:id`,
    access: scope.access,
    operationId: `get${scope.name}`,
    tag: 'Webhooks',
    summary: `Show a ${scope.noun}`,
    description: 'Its state, and since when it fails. The secret is never shown again.',
    params: endpointParams,
    success: { status: 200, description: 'The endpoint.', schema: webhookSchema },
    handle: async (call) => ({ body: viewWebhook(await endpointOf(api, scope, call), api.clock.now()) }),
  });
}

function updateRoute(api: WebhookApi, scope: WebhookScope): Route {
  return defineRoute({
    methods: ['put', 'patch'],
    path: `${scope.base}/:id`,
    access: scope.access,
    operationId: `update${scope.name}`,
    tag: 'Webhooks',
    summary: `Change a ${scope.noun}`,
    description:
      '`paused: false` starts one again that was paused, by you or because it failed; what was waiting is then sent.',
    params: endpointParams,
    body: webhookChangeSchema,
    success: { status: 200, description: 'The endpoint as it now is.', schema: webhookSchema },
    problems: ['webhook_url_refused'],
    handle: async (call) => {
      const change = await call.body();
      const { id, url } = await endpointOf(api, scope, call);
      if (change.url !== undefined && change.url !== url) await approved(api, change.url);
      const now = api.clock.now();
      const changed = await api.webhookEndpoints.update(scope.ownerOf(call), id, (endpoint) =>
        changedBy(endpoint, change, now),
      );
      return { body: viewWebhook(found(changed), now) };
    },
  });
}

function changedBy(endpoint: WebhookEndpoint, change: WebhookChange, now: Date): WebhookEndpoint {
  const { url, description, event_types: eventTypes, paused } = change;
  return {
    ...endpoint,
    url: url ?? endpoint.url,
    description: description ?? endpoint.description,
    eventTypes: eventTypes === undefined ? endpoint.eventTypes : eventTypes,
    ...(paused === false ? { pausedReason: null, failingSince: null } : {}),
    ...(paused === true ? { pausedReason: endpoint.pausedReason ?? 'by_owner' } : {}),
    updatedAt: now,
  };
}

function removeRoute({ webhookEndpoints }: WebhookApi, scope: WebhookScope): Route {
  return defineRoute({
    methods: ['delete'],
    path: `${scope.base}/:id`,
    access: scope.access,
    operationId: `delete${scope.name}`,
    tag: 'Webhooks',
    summary: `Remove a ${scope.noun}`,
    description: 'With all that was sent or is to be sent to it.',
    params: endpointParams,
    success: {
      status: 200,
      description: 'It is gone.',
      schema: messageSchema,
      example: { message: 'The webhook was removed.' },
    },
    handle: async (call) => {
      const removed = await webhookEndpoints.remove(scope.ownerOf(call), call.param('id'));
      found(removed ? true : undefined);
      return { body: { message: 'The webhook was removed.' } };
    },
  });
}

function rotateRoute({ webhookEndpoints, clock }: WebhookApi, scope: WebhookScope): Route {
  return defineRoute({
    methods: ['post'],
    path: `${scope.base}/:id/rotate-secret`,
    access: scope.access,
    operationId: `rotate${scope.name}Secret`,
    tag: 'Webhooks',
    summary: 'Give it a new secret',
    description: `For a day webhooks are signed with the secret that it replaces as well. At most ${mostPreviousSecrets} such may be valid.`,
    params: endpointParams,
    success: {
      status: 200,
      description: 'The endpoint and its new secret.',
      schema: webhookWithSecretSchema,
    },
    problems: ['too_many_secrets'],
    handle: async (call) => {
      const now = clock.now();
      const rotated = found(
        await webhookEndpoints.update(scope.ownerOf(call), call.param('id'), (endpoint) =>
          withNewSecret(endpoint, now),
        ),
      );
      return { body: { ...viewWebhook(rotated, now), secret: rotated.secret } };
    },
  });
}
