import { setTimeout as delay } from 'node:timers/promises';
import {
  webhookPausesMs,
  webhookVerdict,
  type TakenWebhook,
  type WebhookAttempt,
  type WebhookQueue,
  type WebhookVerdict,
} from '@darkroom/domain';
import type { Clock } from '@darkroom/kernel';
import type { Logger } from '@darkroom/runtime';
import { postWebhook, type PostResult } from './post-webhook.ts';
import { webhookHeaders } from './sign.ts';
import type { TargetPolicy } from './target.ts';

export interface SenderOptions {
  /** Deliveries of this process under way at once. */
  readonly concurrency: number;
  /** Deliveries of one endpoint under way at once, over all processes. */
  readonly perEndpoint: number;
  /** For one attempt, in milliseconds. */
  readonly timeoutMs: number;
  /** How long a delivery stays with a process that is not heard of, in milliseconds. Longer than an attempt. */
  readonly leaseMs: number;
  /** Pause between looks for what is due, in milliseconds. */
  readonly pollMs: number;
  /** An endpoint through which nothing has got for so long is paused when a delivery is given up, in milliseconds. */
  readonly pauseAfterMs: number;
}

export const senderDefaults: SenderOptions = {
  concurrency: 64,
  perEndpoint: 4,
  timeoutMs: 15_000,
  leaseMs: 30_000,
  pollMs: 1_000,
  pauseAfterMs: 5 * 86_400_000,
};

export interface SenderDependencies {
  readonly queue: Pick<WebhookQueue, 'takeDue' | 'settle'>;
  readonly policy: TargetPolicy;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly options?: Partial<SenderOptions>;
}

export interface SenderStats {
  readonly running: number;
  readonly delivered: number;
  readonly failed: number;
  readonly dead: number;
}

/** Attempts begun, some of which no process lived to record. One that takes its process down must not go on for ever. */
const mostSteps = webhookPausesMs.length + 4;
const interrupted: PostResult = {
  status: null,
  error: 'not sent: its attempts were broken off too often',
  response: null,
  retryAfterMs: null,
};

/** Takes due deliveries, posts them, and records how it went. Any number of processes may send at once. */
export class WebhookSender {
  readonly #dependencies: SenderDependencies;
  readonly #options: SenderOptions;
  readonly #running = new Set<Promise<void>>();
  readonly #stopping = new AbortController();
  readonly #abort = new AbortController();
  readonly #counts = { delivered: 0, failed: 0, dead: 0 };
  readonly #loop: Promise<void>;
  #wake = Promise.withResolvers<undefined>();

  constructor(dependencies: SenderDependencies) {
    this.#dependencies = dependencies;
    this.#options = { ...senderDefaults, ...dependencies.options };
    this.#loop = this.#run();
  }

  /** There may be something to send. */
  wake(): void {
    this.#wake.resolve(undefined);
  }

  stats(): SenderStats {
    return { running: this.#running.size, ...this.#counts };
  }

  /** Takes no more, lets what is under way end within `graceMs`, and puts back what takes longer. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping.abort();
    const late = setTimeout(() => this.#abort.abort(), graceMs);
    await this.#loop;
    await Promise.all(this.#running);
    clearTimeout(late);
  }

  async #run(): Promise<void> {
    const { logger } = this.#dependencies;
    while (!this.#stopping.signal.aborted) {
      this.#wake = Promise.withResolvers();
      let taken = 0;
      try {
        taken = await this.#take();
      } catch (err) {
        logger.warn({ err }, 'cannot look for webhooks that are due; trying again');
      }
      if (taken === 0) await this.#pause();
    }
  }

  async #take(): Promise<number> {
    const { perEndpoint, leaseMs, concurrency } = this.#options;
    const limit = concurrency - this.#running.size;
    if (limit <= 0) return 0;
    const taken = await this.#dependencies.queue.takeDue({ limit, perEndpoint, leaseMs });
    for (const delivery of taken) {
      const work: Promise<void> = this.#deliver(delivery).finally(() => {
        this.#running.delete(work);
        this.wake();
      });
      this.#running.add(work);
    }
    return taken.length;
  }

  /** Until it is woken, or the time has come to look again. */
  async #pause(): Promise<void> {
    const rest = new AbortController();
    const signal = AbortSignal.any([rest.signal, this.#stopping.signal]);
    const pause = delay(this.#options.pollMs, undefined, { signal }).catch(() => undefined); // an abort ends the pause
    await Promise.race([pause, this.#wake.promise]);
    rest.abort();
  }

  /** Never throws: what cannot be recorded comes again when its lease ends. */
  async #deliver(taken: TakenWebhook): Promise<void> {
    const { queue, clock, logger } = this.#dependencies;
    const at = clock.now();
    const startedAt = performance.now();
    const result = taken.step > mostSteps ? interrupted : await this.#post(taken, at);
    const now = clock.now();
    const attempt = attemptOf(result, at, performance.now() - startedAt);
    const verdict = this.#verdict(taken, result, now);
    const failingBefore = new Date(now.getTime() - this.#options.pauseAfterMs);
    const about = { delivery: taken.id, endpoint: taken.endpointId, status: result.status };
    try {
      const ours = await queue.settle(taken, attempt, verdict, failingBefore);
      logger.debug({ ...about, verdict: verdict.kind, ours }, 'webhook');
      if (!ours) {
        logger.warn(about, 'not ours any more: it took too long, or its endpoint was removed');
        return;
      }
      this.#counts[verdict.kind === 'retry' ? 'failed' : verdict.kind] += 1;
      if (verdict.kind === 'dead') logger.warn({ ...about, reason: attempt.error }, 'a webhook is given up');
    } catch (err) {
      logger.warn({ ...about, err }, 'cannot record a webhook that was sent; it comes again');
    }
  }

  /** What this process broke off itself is nobody's failure. */
  #verdict({ step }: TakenWebhook, { status, retryAfterMs }: PostResult, now: Date): WebhookVerdict {
    if (this.#abort.signal.aborted && status === null) return { kind: 'retry', dueAt: now };
    return webhookVerdict({ step, status, retryAfterMs }, now);
  }

  async #post(taken: TakenWebhook, at: Date): Promise<PostResult> {
    const { policy } = this.#dependencies;
    const { timeoutMs } = this.#options;
    try {
      const headers = webhookHeaders(taken, at);
      const { url, body } = taken;
      return await postWebhook({ url, headers, body }, { policy, timeoutMs, signal: this.#abort.signal });
    } catch (err) {
      this.#dependencies.logger.error({ err, delivery: taken.id }, 'a webhook cannot be signed or sent');
      return { status: null, error: 'not sent: a fault on our side', response: null, retryAfterMs: null };
    }
  }
}

function attemptOf({ status, error, response }: PostResult, at: Date, ms: number): WebhookAttempt {
  const refused = status === null || status < 200 || status > 299;
  return {
    at,
    durationMs: Math.round(ms),
    status,
    error: error ?? (refused ? describe(status) : null),
    response,
  };
}

function describe(status: number | null): string {
  if (status !== null && status >= 300 && status < 400)
    return `answered ${status}: redirects are not followed`;
  return status === 410 ? 'answered 410: it wants no more' : `answered ${status}`;
}
