import { setTimeout as delay } from 'node:timers/promises';
import { annotateSpan, backoffMs, inSpan, isAppError, type Backoff } from '@darkroom/kernel';
import { typeOfRecord, type BusRecord, type DeliveryToKeep, type EventType } from '@darkroom/contracts';
import type { Logger } from '../logger.ts';
import type { ConsumerOptions, ConsumerStats, RunningConsumer } from './consumer-options.ts';
import { retry, type HandlerResult } from './handler-result.ts';
import { Intake } from './intake.ts';
import { Lanes } from './lanes.ts';
import { OutageGate } from './outage-gate.ts';
import type { PartitionProgress } from './partition-progress.ts';
import { RedeliveryPoller } from './redelivery-poller.ts';
import { spanOfWork } from './trace-work.ts';
import { newWork, type Work } from './work.ts';

/** Outages of one job, with others succeeding meanwhile, after which it is taken for the job's own failure. */
const mostOutages = 5;
/** Time that aborted handlers have to return. */
const abortGraceMs = 2_000;

/**
 * Joins the group and runs the handler for its events until `stop`. Throws where the bus cannot be joined.
 * See docs/adr/0003-consumer-loop.md.
 */
export async function startConsumer<T extends EventType>(
  options: ConsumerOptions<T>,
): Promise<RunningConsumer> {
  const consumer = new Consumer(options);
  await consumer.start();
  return consumer;
}

class Consumer<T extends EventType> implements RunningConsumer {
  readonly #options: ConsumerOptions<T>;
  readonly #logger: Logger;
  readonly #maxAttempts: number;
  readonly #backoff: Backoff;
  readonly #outageBackoff: Backoff;
  readonly #types: ReadonlySet<string>;
  readonly #lanes: Lanes<Work<T>>;
  readonly #gate: OutageGate;
  readonly #intake: Intake;
  readonly #poller: RedeliveryPoller<T>;
  readonly #fatal = Promise.withResolvers<Error>();
  readonly #counts = { done: 0, skipped: 0, retried: 0, dead: 0 };
  #successes = 0;
  /** Jobs whose outcome the deliveries could not take yet. */
  #unwritten = 0;
  #stopped: Promise<void> | undefined;

  constructor(options: ConsumerOptions<T>) {
    this.#options = options;
    this.#logger = options.logger.child({ group: options.group });
    this.#maxAttempts = options.maxAttempts ?? 8;
    this.#backoff = options.backoff ?? { baseMs: 2_000, capMs: 600_000 };
    this.#outageBackoff = options.outageBackoff ?? { baseMs: 500, capMs: 2_000 };
    this.#types = new Set(options.types);
    const { concurrency, budget } = options;
    this.#lanes = new Lanes<Work<T>>({
      concurrency,
      budget: budget?.limit ?? Number.POSITIVE_INFINITY,
      run: (work) => inSpan(...spanOfWork(options.bus, options.group, work), () => this.#run(work)),
    });
    const lanes = this.#lanes;
    this.#gate = new OutageGate({
      valve: {
        pause: () => lanes.pause(),
        resume: () => lanes.resume(),
        // Work that cannot be written down is a probe by itself: it goes on trying.
        startOne: () => lanes.startOne() || this.#unwritten > 0,
      },
      backoff: this.#outageBackoff,
      probe: options.probe,
    });
    this.#intake = new Intake({
      take: (record, progress) => this.#take(record, progress),
      revoke: (gone) => this.#revoke(gone),
      fatal: (error) => this.#fatal.resolve(error),
      logger: this.#logger,
    });
    this.#poller = new RedeliveryPoller<T>({
      store: options.deliveries,
      group: options.group,
      pollMs: options.pollMs ?? 1_000,
      leaseMs: options.leaseMs ?? 30_000,
      cost: (event) => budget?.cost(event) ?? 0,
      room: () => (this.#gate.closed ? 0 : concurrency * 2 - this.#lanes.queued),
      add: (work) => this.#lanes.add(work),
      logger: this.#logger,
    });
  }

  get fatal(): Promise<Error> {
    return this.#fatal.promise;
  }

  async start(): Promise<void> {
    const { bus, group } = this.#options;
    this.#intake.attach(await bus.subscribe(group, this.#intake));
    this.#poller.start();
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  stats(): ConsumerStats {
    const { running, queued, cost } = this.#lanes;
    return { running: running.size, queued, cost, ...this.#counts, outage: this.#gate.closed };
  }

  async #stop(): Promise<void> {
    this.#intake.stop();
    this.#gate.shut();
    const polled = this.#poller.stop();
    this.#lanes.drop(() => true);
    const timers = new AbortController();
    const after = (ms: number) => delay(ms, undefined, { signal: timers.signal }).catch(() => undefined);
    await Promise.race([this.#lanes.idle(), after(this.#options.graceMs ?? 20_000)]);
    for (const work of this.#lanes.running) work.abort.abort();
    await Promise.race([this.#lanes.idle(), after(abortGraceMs)]);
    timers.abort();
    await polled;
    await this.#poller.giveBack();
    await this.#intake.close();
  }

  #take(record: BusRecord, progress: PartitionProgress): void {
    const type = typeOfRecord(record);
    if (type !== undefined && !this.#types.has(type)) {
      this.#intake.finish(record, progress);
      return;
    }
    const cost = this.#options.budget?.cost ?? (() => 0);
    this.#lanes.add(newWork<T>({ kind: 'bus', progress }, { record, attempts: 1 }, cost));
  }

  #revoke(gone: ReadonlySet<PartitionProgress>): void {
    const left = ({ source }: Work<T>) => source.kind === 'bus' && gone.has(source.progress);
    this.#lanes.drop(left);
    for (const work of this.#lanes.running) if (left(work)) work.abort.abort();
  }

  async #run(work: Work<T>): Promise<'finished' | 'again'> {
    if (work.abort.signal.aborted) return 'finished';
    const result = await this.#handle(work);
    annotateSpan({ 'darkroom.delivery.outcome': typeof result === 'string' ? result : result.kind });
    if (result === 'aborted') {
      this.#gate.succeeded(); // says nothing about dependencies; let the next one tell
      return 'finished';
    }
    if (result === 'outage') {
      this.#gate.failed();
      return 'again';
    }
    this.#successes += 1;
    if (await this.#untilItWorks(work, () => this.#settle(work, result))) this.#acknowledge(work);
    this.#gate.succeeded();
    return 'finished';
  }

  async #handle(work: Work<T>): Promise<HandlerResult | 'outage' | 'aborted' | 'unparsable'> {
    const { content, attempt, abort } = work;
    if (!content.ok) return 'unparsable';
    if (attempt > this.#maxAttempts) return retry('the process did not survive the last attempt');
    const { event } = content;
    const logger = this.#logger.child({
      event_id: event.id,
      event_type: event.type,
      image_id: event.imageId,
      attempt,
    });
    try {
      const result = await this.#options.handler(event, { signal: abort.signal, logger, attempt });
      return abort.signal.aborted && result.kind === 'retry' ? 'aborted' : result;
    } catch (error) {
      if (abort.signal.aborted) return 'aborted';
      if (isAppError(error, 'unavailable') && this.#isOutage(work)) {
        logger.warn({ err: error }, 'a dependency is down; waiting');
        return 'outage';
      }
      logger.error({ err: error }, 'the handler failed');
      return retry(messageOf(error));
    }
  }

  /** One event that cannot get through while others can is its own failure, and must not hold everything up for ever. */
  #isOutage(work: Work<T>): boolean {
    if (work.outages === 0) work.successesBefore = this.#successes;
    work.outages += 1;
    return work.outages <= mostOutages || this.#successes === work.successesBefore;
  }

  /** Writes down what is to be kept. Throws where that fails. */
  async #settle(work: Work<T>, result: HandlerResult | 'unparsable'): Promise<void> {
    const { deliveries } = this.#options;
    const { source, content } = work;
    if (result === 'unparsable') {
      await deliveries.bury(toKeep(this.#options.group, work, content.ok ? '' : content.error), 'unparsable');
      this.#counts.dead += 1;
      return;
    }
    switch (result.kind) {
      case 'done':
      case 'skipped':
        if (source.kind === 'delivery') await deliveries.settle(source.id);
        this.#counts[result.kind] += 1;
        return;
      case 'dead':
        return this.#bury(work, result.reason, 'refused');
      case 'retry':
        return this.#retry(work, result);
    }
  }

  async #retry(work: Work<T>, result: HandlerResult & { kind: 'retry' }): Promise<void> {
    const { deliveries, group } = this.#options;
    const spent = result.spendsAttempt ? work.attempt : work.attempt - 1;
    if (spent >= this.#maxAttempts) return this.#bury(work, result.reason, 'attempts_spent');
    const delayMs = result.delayMs ?? backoffMs(work.attempt, this.#backoff);
    const dueAt = new Date(Date.now() + delayMs);
    await deliveries.retryLater({ ...toKeep(group, work, result.reason), attempts: spent }, dueAt);
    this.#counts.retried += 1;
    this.#logger.info(
      { image_id: work.imageId, reason: result.reason, delay_ms: Math.round(delayMs) },
      'the event is handled again later',
    );
  }

  async #bury(work: Work<T>, reason: string, code: 'refused' | 'attempts_spent'): Promise<void> {
    const { deliveries, group, onDead } = this.#options;
    if (onDead !== undefined && work.content.ok) {
      try {
        await onDead(work.content.event, reason);
      } catch (error) {
        if (isAppError(error, 'unavailable')) throw error;
        this.#logger.error({ err: error }, 'could not tell the image of its dead letter');
      }
    }
    await deliveries.bury(toKeep(group, work, reason), code);
    this.#counts.dead += 1;
    this.#logger.error({ image_id: work.imageId, code, reason }, 'dead letter');
  }

  /** False where the work was aborted before it went through: then it is not acknowledged. */
  async #untilItWorks(work: Work<T>, settle: () => Promise<void>): Promise<boolean> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await settle();
        if (attempt > 1) this.#unwritten -= 1;
        return true;
      } catch (error) {
        if (attempt === 1) this.#unwritten += 1;
        this.#logger.warn({ err: error }, 'could not write down what became of an event; trying again');
        if (isAppError(error, 'unavailable')) this.#gate.failed();
      }
      const { baseMs, capMs } = this.#outageBackoff;
      const pause = Math.min(capMs, baseMs * 2 ** (attempt - 1));
      const { signal } = work.abort;
      await delay(pause, undefined, { signal }).catch(() => undefined); // an abort ends the wait, and the loop
      if (!signal.aborted) continue;
      this.#unwritten -= 1;
      return false;
    }
  }

  #acknowledge({ source, record }: Work<T>): void {
    if (source.kind === 'delivery') this.#poller.finished(source.id);
    else this.#intake.finish(record, source.progress);
  }
}

type Kept = Pick<Work<EventType>, 'source' | 'record' | 'attempt' | 'imageId'>;

function toKeep(group: string, work: Kept, lastError: string): DeliveryToKeep {
  const { source, record, attempt, imageId } = work;
  const id = source.kind === 'delivery' ? source.id : null;
  return { id, group, record, attempts: attempt, lastError, imageId };
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error);
