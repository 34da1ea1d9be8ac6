/**
 * Waits, or rejects with the signal's reason when aborted first. `onWait` is given a function that ends the wait
 * before its time.
 */
export function delay(ms: number, signal: AbortSignal, onWait?: (endNow: () => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason as Error);
      return;
    }
    const leave = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    };
    const abort = () => {
      leave();
      reject(signal.reason as Error);
    };
    const end = () => {
      leave();
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', abort);
    onWait?.(end);
  });
}
