import type { MessageStore, ReceivedMessage } from './message-store.ts';

/**
 * Receives until there is something, the wait is over, or the client is gone: a receiver whose connection
 * closed must not take messages away from others.
 */
export const receiveWaiting = (
  store: MessageStore,
  queue: string,
  options: { max: number; visibilitySeconds: number | undefined; waitMs: number; signal: AbortSignal },
): Promise<ReceivedMessage[]> =>
  new Promise((resolve, reject) => {
    const until = Date.now() + options.waitMs;
    let timer: NodeJS.Timeout | undefined;
    const finish = (settle: () => void) => {
      clearTimeout(timer);
      store.arrivals.off(queue, attempt);
      options.signal.removeEventListener('abort', stop);
      settle();
    };
    const stop = () => finish(() => resolve([]));
    const attempt = () => {
      clearTimeout(timer);
      try {
        if (options.signal.aborted) return stop();
        const now = Date.now();
        const messages = store.receive(queue, options.max, options.visibilitySeconds, now);
        if (messages.length > 0 || now >= until) return finish(() => resolve(messages));
        const next = store.nextAvailableAt(queue) ?? until;
        timer = setTimeout(attempt, Math.max(1, Math.min(next, until) - now));
      } catch (error) {
        finish(() => reject(error as Error));
      }
    };
    store.arrivals.on(queue, attempt);
    options.signal.addEventListener('abort', stop, { once: true });
    attempt();
  });
