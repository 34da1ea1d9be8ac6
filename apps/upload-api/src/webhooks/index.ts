export { parseAllowedRanges } from './address-policy.ts';
export { startWebhooks, type RunningWebhooks, type WebhookDependencies } from './start-webhooks.ts';
export { approveTarget, dnsResolver, TargetRefused, type TargetPolicy } from './target.ts';
