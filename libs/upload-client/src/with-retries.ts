import { delay } from './delay.ts';
import { UploadError } from './upload-error.ts';
import type { UploadChange } from './upload-state.ts';

const attempts = 5;
const firstPauseMs = 1_000;
const longestPauseMs = 15_000;
/** A server may ask for a longer pause than that, up to here. */
const longestAskedMs = 60_000;

export interface RetryContext {
  readonly signal: AbortSignal;
  readonly onChange: (change: UploadChange) => void;
}

/**
 * Tries again what may go away by itself, with growing pauses and full jitter (a pause is any part of its longest, so
 * that many clients do not come back at once); without a connection it waits for that first.
 */
export async function withRetries<T>({ signal, onChange }: RetryContext, step: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await step();
    } catch (error) {
      if (!(error instanceof UploadError && error.passing) || attempt >= attempts) throw error;
      onChange({ stalled: true });
      await connection(signal);
      const pause = Math.random() * Math.min(longestPauseMs, firstPauseMs * 2 ** (attempt - 1));
      await delay(Math.max(pause, Math.min(error.retryAfterMs ?? 0, longestAskedMs)), signal);
      onChange({ stalled: false });
    }
  }
}

/** Resolves when the browser has a connection, at once where nobody can tell. */
async function connection(signal: AbortSignal): Promise<void> {
  if (typeof window === 'undefined' || navigator.onLine) return;
  await new Promise<void>((resolve, reject) => {
    const stop = new AbortController();
    const finish = (settle: () => void) => () => {
      stop.abort();
      settle();
    };
    window.addEventListener('online', finish(resolve), { signal: stop.signal });
    signal.addEventListener(
      'abort',
      finish(() => reject(signal.reason as Error)),
      { signal: stop.signal },
    );
  });
}
