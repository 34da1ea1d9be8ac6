/** What a handler says of one event. Only the loop acknowledges. */
export type HandlerResult =
  | { readonly kind: 'done' }
  | { readonly kind: 'skipped'; readonly reason: string }
  | {
      readonly kind: 'retry';
      readonly reason: string;
      readonly delayMs: number | undefined;
      readonly spendsAttempt: boolean;
    }
  | { readonly kind: 'dead'; readonly reason: string };

export interface RetryOptions {
  /** When to try again, in milliseconds from now. Default: backoff with jitter. */
  readonly delayMs?: number;
  /** False where nothing failed, as when another worker holds the image. Default true. */
  readonly spendsAttempt?: boolean;
}

/** The event has had its effect. */
export const done = (): HandlerResult => ({ kind: 'done' });

/** There is nothing to do: it was done before, or is overtaken. */
export const skipped = (reason: string): HandlerResult => ({ kind: 'skipped', reason });

/** Try again later; after the last attempt it becomes a dead letter. */
export const retry = (
  reason: string,
  { delayMs, spendsAttempt = true }: RetryOptions = {},
): HandlerResult => ({
  kind: 'retry',
  reason,
  delayMs,
  spendsAttempt,
});

/** No further attempt can help. */
export const dead = (reason: string): HandlerResult => ({ kind: 'dead', reason });
