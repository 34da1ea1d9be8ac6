import {
  prefixes,
  type AcceptUpload,
  type Image,
  type NotificationQueue,
  type QueueMessage,
} from '@darkroom/domain';
import { currentTraceparent, inSpan, isAppError } from '@darkroom/kernel';
import type { Logger } from '@darkroom/runtime';
import type { OutageGate } from './outage-gate.ts';
import type { RelayStats } from './relay-stats.ts';
import { readNotification, type CreatedObject } from './s3-notification.ts';

export interface HandleDependencies {
  readonly bucket: string;
  readonly accept: AcceptUpload;
  readonly queue: NotificationQueue;
  readonly gate: OutageGate;
  readonly stats: RelayStats;
  readonly logger: Logger;
  readonly onAge?: (seconds: number) => void;
  /** The spans in which a message was processed: the one that removes it links to them. */
  readonly processed: WeakMap<QueueMessage, string[]>;
}

/**
 * `done`: its effect is committed, and it may go. `buried`: it has gone already. `failed`: it is to come again. `away`: what
 * it needs is away, and it is to come again later.
 */
export type MessageOutcome = 'done' | 'buried' | 'failed' | 'away';

/** How often one message is tried while what everybody needs comes and goes; then it goes back to the queue. */
const triesInOutages = 5;

/** Handles one message to the end. Never throws: what goes wrong with one message is no other's affair. */
export async function handleMessage(
  deps: HandleDependencies,
  message: QueueMessage,
  signal: AbortSignal,
): Promise<MessageOutcome> {
  const { stats, logger } = deps;
  for (let attempt = 1; ; attempt += 1) {
    await deps.gate.pass();
    if (signal.aborted) return 'failed';
    try {
      const outcome = await handleOnce(deps, message);
      deps.gate.worked();
      return outcome;
    } catch (error) {
      if (isAppError(error, 'unavailable')) {
        stats.outages += 1;
        const concernsAll = error.reason !== 'inspector_unavailable';
        if (concernsAll && deps.gate.trip())
          logger.warn({ err: error, reason: error.reason }, 'outage: the relay pauses');
        if (concernsAll && attempt < triesInOutages) continue;
        logger.warn({ err: error, message_id: message.id }, 'what an upload needs is away: it waits');
        return 'away';
      }
      stats.failures += 1;
      logger.error(
        { err: error, message_id: message.id, receiveCount: message.receiveCount },
        'a notification could not be handled and will come again',
      );
      return 'failed';
    }
  }
}

async function handleOnce(deps: HandleDependencies, message: QueueMessage): Promise<MessageOutcome> {
  const { stats, logger } = deps;
  const notification = readNotification(message.body);
  if (notification.kind === 'unreadable') {
    await deps.queue.bury(message, notification.reason);
    stats.buried += 1;
    logger.warn({ message_id: message.id, reason: notification.reason }, 'sent to the dead-letter queue');
    return 'buried';
  }
  if (notification.kind === 'test') {
    stats.testEvents += 1;
    return 'done';
  }
  stats.foreign += notification.others;
  for (const object of notification.created) await acceptObject(deps, message, object);
  return 'done';
}

async function acceptObject(deps: HandleDependencies, message: QueueMessage, object: CreatedObject) {
  const { bucket, accept, stats, logger } = deps;
  if (object.bucket !== bucket || !object.key.startsWith(prefixes.incoming)) {
    stats.foreign += 1;
    return;
  }
  const outcome = await accept(
    { key: object.key },
    { within: (image, work) => processing(deps, message, image, work) },
  );
  stats.outcomes[outcome.kind] += 1;
  if (outcome.kind === 'unknown') {
    logger.info('an object in incoming/ belongs to no image');
    return;
  }
  if (outcome.kind === 'rejected') {
    stats.refusals[outcome.code] = (stats.refusals[outcome.code] ?? 0) + 1;
    logger.info({ image_id: outcome.image.id, code: outcome.code }, 'upload refused');
    return;
  }
  logger.info({ image_id: outcome.image.id, outcome: outcome.kind }, 'notification handled');
}

/**
 * The span of a message (OpenTelemetry semantic conventions, "Amazon SQS"): process. S3's notification carries no trace, so
 * it goes on with the image's.
 */
function processing<T>(
  { queue, processed }: HandleDependencies,
  message: QueueMessage,
  image: Image,
  work: () => Promise<T>,
): Promise<T> {
  const attributes = {
    'messaging.system': 'aws_sqs',
    'messaging.operation.name': 'process',
    'messaging.operation.type': 'process',
    'messaging.destination.name': queue.name,
    'messaging.message.id': message.id,
    'darkroom.delivery.attempt': message.receiveCount,
    'darkroom.image.id': image.id,
  };
  const place = { parent: image.traceparent, links: [message.traceparent] };
  return inSpan(`process ${queue.name}`, { kind: 'consumer', ...place, attributes }, () => {
    const traceparent = currentTraceparent();
    if (traceparent !== null) processed.set(message, [...(processed.get(message) ?? []), traceparent]);
    return work();
  });
}
