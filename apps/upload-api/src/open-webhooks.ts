import { systemClock } from '@darkroom/kernel';
import type { Config } from './config.ts';
import type { Parts } from './parts.ts';
import { untilAvailable } from './until-available.ts';
import { dnsResolver, startWebhooks, type TargetPolicy } from './webhooks/index.ts';

/** Where webhooks may go: asked when one is made, and again each time that one is sent. */
export function webhookPolicyOf(config: Config): TargetPolicy {
  return { allowed: config.WEBHOOK_ALLOW_PRIVATE, resolve: dnsResolver() };
}

/** Starts the webhooks as soon as the log can be reached. */
export function openWebhooks({ config, logger, lifecycle, stopWith, postgres }: Parts): void {
  const log = postgres.openBus();
  lifecycle.acquire('event log of webhooks', () => log.close());
  const starting = untilAvailable(
    () =>
      startWebhooks({
        log,
        deliveries: postgres.deliveries,
        queue: postgres.webhookQueue,
        policy: webhookPolicyOf(config),
        clock: systemClock,
        logger: logger.child({ role: 'webhooks' }),
        graceMs: Math.max(500, config.SHUTDOWN_GRACE_MS - 2_000),
      }),
    lifecycle.signal,
    (err, attempt) => logger.warn({ err, attempt }, 'the webhooks cannot start yet'),
  );
  starting.then((webhooks) => void webhooks?.fatal.then(stopWith), stopWith);
  lifecycle.acquire('webhooks', async () => (await starting)?.stop());
}
