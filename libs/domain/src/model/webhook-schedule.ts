const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** Pauses after failed attempts, by the example of Standard Webhooks ("Deliverability and reliability"): 31 hours. */
export const webhookPausesMs = [
  5 * second,
  5 * minute,
  30 * minute,
  2 * hour,
  5 * hour,
  10 * hour,
  14 * hour,
] as const;

/** A receiver may ask for patience, but not for ever. */
const longestPauseMs = 24 * hour;
/** So that what failed together does not come again together. */
const jitter = 0.2;

/** What an attempt means for its delivery. `gone`: the receiver wants nothing more, ever. */
export type WebhookVerdict =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'retry'; readonly dueAt: Date }
  | { readonly kind: 'dead'; readonly gone: boolean };

export interface AttemptFacts {
  /** Which attempt of this round it was, from 1; a replay begins a new round. */
  readonly step: number;
  /** HTTP status; null: no answer came. */
  readonly status: number | null;
  /** What the answer's `Retry-After` asks for, in milliseconds. */
  readonly retryAfterMs: number | null;
}

/** Decides by HTTP status, as Standard Webhooks says: 2xx is delivered, 410 ends it, all else is tried again. */
export function webhookVerdict(
  { step, status, retryAfterMs }: AttemptFacts,
  now: Date,
  random: () => number = Math.random,
): WebhookVerdict {
  if (status !== null && status >= 200 && status < 300) return { kind: 'delivered' };
  if (status === 410) return { kind: 'dead', gone: true };
  const pause = webhookPausesMs[step - 1];
  if (pause === undefined) return { kind: 'dead', gone: false };
  const asked = status === 429 || status === 503 ? (retryAfterMs ?? 0) : 0;
  const waitMs = Math.max(pause * (1 + jitter * random()), Math.min(asked, longestPauseMs));
  return { kind: 'retry', dueAt: new Date(now.getTime() + Math.round(waitMs)) };
}
