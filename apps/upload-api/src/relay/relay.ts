import type { AcceptUpload, NotificationQueue, QueueMessage } from '@darkroom/domain';
import { inSpan, isAppError, type SpanOptions } from '@darkroom/kernel';
import type { Logger } from '@darkroom/runtime';
import { handleMessage, type HandleDependencies, type MessageOutcome } from './handle-message.ts';
import { OutageGate } from './outage-gate.ts';
import { newRelayStats, type RelayStats } from './relay-stats.ts';

export interface RelayDependencies {
  readonly queue: NotificationQueue;
  readonly accept: AcceptUpload;
  readonly bucket: string;
  /** Resolves when database and store answer: asked before work goes on after an outage. */
  readonly probe: (signal: AbortSignal) => Promise<void>;
  readonly logger: Logger;
  /** Ends the process: something happened that the relay cannot go on from. */
  readonly onFatal: (error: Error) => void;
  /** Told how old each message was when it came, in seconds. */
  readonly onAge?: (seconds: number) => void;
  readonly options?: Partial<RelayOptions>;
}

export interface RelayOptions {
  /** How many long polls run side by side; each takes up to ten messages and handles them together. */
  readonly pollers: number;
  /**
   * For how long a received message is hidden from others; extended at half of it while work goes on. What is lost on the
   * wire, or with its relay, comes again so late.
   */
  readonly visibilitySeconds: number;
  /** First and longest wait in an outage, in milliseconds: so long may it take to notice that it is over. */
  readonly outageBaseMs: number;
  readonly outageCapMs: number;
}

export interface Relay {
  readonly stats: RelayStats;
  /** Takes no more messages, and resolves when those in hand are settled or given back. */
  stop(): Promise<void>;
}

const defaults: RelayOptions = {
  pollers: 2,
  visibilitySeconds: 10,
  outageBaseMs: 1_000,
  outageCapMs: 2_000,
};
/** SQS gives at most so many messages at once. */
const batchSize = 10;
const firstHiddenSeconds = 30;
const mostHiddenSeconds = 6 * 3_600;

/** Takes S3's notifications from the queue and accepts the uploads they tell of, until stopped. */
export function startRelay(deps: RelayDependencies): Relay {
  const options = { ...defaults, ...deps.options };
  const stopping = new AbortController();
  const { signal } = stopping;
  const stats = newRelayStats();
  const gate = new OutageGate({
    probe: deps.probe,
    backoff: { baseMs: options.outageBaseMs, capMs: options.outageCapMs },
    signal,
  });
  const handling: HandleDependencies = { ...deps, gate, stats, processed: new WeakMap() };
  const pollers = Array.from({ length: options.pollers }, () => poll(handling, options, signal));
  const ended = Promise.all(pollers).catch((error: unknown) => {
    deps.onFatal(error instanceof Error ? error : new Error(String(error)));
  });
  return {
    stats,
    stop: async () => {
      stopping.abort();
      await ended;
    },
  };
}

async function poll(deps: HandleDependencies, options: RelayOptions, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await deps.gate.pass();
    if (signal.aborted) return;
    const messages = await receive(deps, options, signal);
    if (messages.length === 0) continue;
    deps.stats.received += messages.length;
    for (const { sentAt } of messages) deps.onAge?.(Math.max(0, Date.now() - sentAt.getTime()) / 1_000);
    await handleBatch(deps, options, messages, signal);
  }
}

async function receive(
  { queue, gate, stats, logger }: HandleDependencies,
  { visibilitySeconds }: RelayOptions,
  signal: AbortSignal,
): Promise<readonly QueueMessage[]> {
  try {
    return await queue.receive(batchSize, visibilitySeconds, signal);
  } catch (error) {
    if (signal.aborted) return [];
    stats.outages += 1;
    if (gate.trip()) logger.warn({ err: error }, 'the queue cannot be read: the relay pauses');
    return [];
  }
}

/** Handles up to ten messages side by side, and removes those that are done: each by itself, none for another. */
async function handleBatch(
  deps: HandleDependencies,
  { visibilitySeconds }: RelayOptions,
  messages: readonly QueueMessage[],
  signal: AbortSignal,
): Promise<void> {
  const inHand = new Set(messages);
  const heartbeat = setInterval(() => {
    // What cannot be extended comes again, to a relay that finds it settled or settles it
    extend(deps, [...inHand], visibilitySeconds).catch(() => undefined);
  }, visibilitySeconds * 500);
  try {
    const outcomes = new Map<QueueMessage, MessageOutcome>();
    await Promise.all(
      messages.map(async (message) => {
        const outcome = await handleMessage(deps, message, signal);
        outcomes.set(message, outcome);
        if (outcome !== 'done') inHand.delete(message);
        if (outcome === 'away') await hide(deps, message);
      }),
    );
    const having = (wanted: MessageOutcome) => messages.filter((message) => outcomes.get(message) === wanted);
    await remove(deps, having('done'));
    // Stopped in front of the gate: others may take them at once
    if (signal.aborted) await extend(deps, having('failed'), 0).catch(() => undefined);
  } finally {
    clearInterval(heartbeat);
  }
}

/**
 * Hides a message whose upload cannot be settled now for half a minute, twice as long each time, up to six hours: the
 * receives that a message has before it counts as dead are enough for days. An upload need not wait for it: the cleanup
 * looks for what nobody has accepted every few minutes.
 */
async function hide(deps: HandleDependencies, message: QueueMessage): Promise<void> {
  deps.stats.hidden += 1;
  const seconds = Math.min(mostHiddenSeconds, firstHiddenSeconds * 2 ** (message.receiveCount - 1));
  // Where it cannot be hidden now it comes again sooner
  await extend(deps, [message], seconds).catch(() => undefined);
}

async function extend({ queue }: HandleDependencies, messages: readonly QueueMessage[], seconds: number) {
  if (messages.length > 0) await queue.extend(messages, seconds);
}

async function remove(deps: HandleDependencies, messages: readonly QueueMessage[]) {
  const { queue, stats, logger } = deps;
  if (messages.length === 0) return;
  try {
    await inSpan(`delete ${queue.name}`, settling(deps, messages), () => queue.remove(messages));
    stats.removed += messages.length;
  } catch (error) {
    if (!isAppError(error)) throw error;
    logger.warn(
      { err: error },
      'messages that are done were not removed: they come again, and change nothing',
    );
  }
}

/** Messages of many traces are removed together: a trace of its own, with a link to each. */
function settling({ queue, processed }: HandleDependencies, messages: readonly QueueMessage[]): SpanOptions {
  return {
    kind: 'client',
    parent: null,
    links: messages.flatMap((message) => processed.get(message) ?? []),
    attributes: {
      'messaging.system': 'aws_sqs',
      'messaging.operation.name': 'delete',
      'messaging.operation.type': 'settle',
      'messaging.destination.name': queue.name,
      'messaging.batch.message_count': messages.length,
    },
  };
}
