export { webhookRoutes } from './webhook-routes.ts';
export type { WebhookApi } from './webhook-scope.ts';
