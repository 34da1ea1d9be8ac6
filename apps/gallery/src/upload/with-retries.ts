import { delay } from './delay.ts';
import { UploadError, type UploadFailureCode } from './failure.ts';
import type { UploadChange } from './upload-state.ts';

/** What goes away by itself. The rest waits for a person. */
const passing: readonly UploadFailureCode[] = ['network', 'server', 'storage_refused'];
const attempts = 4;
const firstPauseMs = 500;

export interface RetryContext {
  readonly signal: AbortSignal;
  readonly onChange: (change: UploadChange) => void;
}

/** Tries again with growing, jittered pauses; without a connection it waits for that first. */
export async function withRetries<T>({ signal, onChange }: RetryContext, step: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await step();
    } catch (error) {
      const again = error instanceof UploadError && passing.includes(error.failure.code);
      if (!again || attempt >= attempts) throw error;
      onChange({ stalled: true });
      if (navigator.onLine === false) await connection(signal);
      await delay(Math.random() * firstPauseMs * 2 ** attempt, signal);
      onChange({ stalled: false });
    }
  }
}

function connection(signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = new AbortController();
    const finish = (settle: () => void) => () => {
      stop.abort();
      settle();
    };
    globalThis.addEventListener('online', finish(resolve), { signal: stop.signal });
    signal.addEventListener(
      'abort',
      finish(() => reject(signal.reason as Error)),
      { signal: stop.signal },
    );
  });
}
