import type { DeliveryStore, EventBus } from '@darkroom/contracts';
import { startConsumer } from '@darkroom/runtime';
import type { WebhookQueue } from '@darkroom/domain';
import { fanOutHandler, webhookEvents, webhookGroup } from './fan-out.ts';
import { WebhookSender, type SenderDependencies, type SenderStats } from './sender.ts';

export interface WebhookDependencies extends SenderDependencies {
  /** The event log itself, whatever bus the workers read. */
  readonly log: EventBus;
  readonly deliveries: DeliveryStore;
  readonly queue: WebhookQueue;
  /** For what is under way when this stops, in milliseconds. */
  readonly graceMs: number;
}

export interface RunningWebhooks {
  stop(): Promise<void>;
  /** Resolves when the log can no longer be read: exit non-zero, so that the supervisor starts the process again. */
  readonly fatal: Promise<Error>;
  stats(): SenderStats;
}

/** One more group on the event log, and a sender beside it. Throws `unavailable` where the log cannot be joined now. */
export async function startWebhooks(dependencies: WebhookDependencies): Promise<RunningWebhooks> {
  const { log, deliveries, queue, logger, graceMs } = dependencies;
  const sender = new WebhookSender(dependencies);
  const stopSender = () => sender.stop(graceMs);
  const consumer = await startConsumer({
    bus: log,
    deliveries,
    group: webhookGroup,
    types: webhookEvents,
    handler: fanOutHandler(queue, () => sender.wake()),
    concurrency: 8,
    graceMs,
    logger,
  }).catch(async (error: unknown) => {
    await stopSender();
    throw error;
  });
  return {
    fatal: consumer.fatal,
    stats: () => sender.stats(),
    stop: async () => {
      await Promise.all([consumer.stop(), stopSender()]);
    },
  };
}
