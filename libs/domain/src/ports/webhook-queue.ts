import type { WebhookVerdict } from '../model/webhook-schedule.ts';
import type { WebhookAttempt } from '../model/webhook.ts';

/** An event that endpoints may want. */
export interface WebhookEvent {
  readonly eventId: string;
  readonly ownerId: string;
  readonly imageId: string;
  readonly type: string;
  readonly at: Date;
  /** The body, as it is signed and sent. */
  readonly body: string;
}

/** A delivery that is this caller's to send until its lease ends. */
export interface TakenWebhook {
  readonly id: string;
  readonly leaseToken: string;
  readonly endpointId: string;
  readonly url: string;
  /** Those that sign: the present one first. */
  readonly secrets: readonly string[];
  readonly body: string;
  /** Which attempt of this round begins now, from 1. */
  readonly step: number;
  /** Counts over all rounds. */
  readonly attempt: number;
}

export interface TakeOptions {
  readonly limit: number;
  /** So many deliveries of one endpoint are out at once, over all processes. */
  readonly perEndpoint: number;
  readonly leaseMs: number;
}

/** What is to be sent. */
export interface WebhookQueue {
  /**
   * Makes a delivery for each active endpoint that wants the event, for all or for none; answers how many are new. Once
   * per event and endpoint, however often it is called.
   */
  fanOut(event: WebhookEvent): Promise<number>;
  /**
   * Takes due deliveries of active endpoints and counts an attempt for each. Endpoints with the fewest under way come
   * first, so that no slow one holds up others. Nobody else is given them until the lease ends.
   */
  takeDue(options: TakeOptions): Promise<readonly TakenWebhook[]>;
  /**
   * Records the attempt and what follows from it. `gone` pauses the endpoint; so does a dead delivery where nothing has
   * got through since before `failingBefore`. Answers false, and changes nothing, where the lease was lost.
   */
  settle(
    taken: Pick<TakenWebhook, 'id' | 'leaseToken'>,
    attempt: WebhookAttempt,
    verdict: WebhookVerdict,
    failingBefore: Date,
  ): Promise<boolean>;
}
