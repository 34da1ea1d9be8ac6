import { setTimeout as delay } from 'node:timers/promises';
import { backoffMs, isAppError } from '@darkroom/kernel';

const pause = { baseMs: 1_000, capMs: 3_000 };

/**
 * Tries `work` until what it needs can be reached. Answers undefined where `signal` fires before that. Throws what is no
 * outage (`unavailable`): waiting would not help.
 */
export async function untilAvailable<T>(
  work: () => Promise<T>,
  signal: AbortSignal,
  onOutage: (error: unknown, attempt: number) => void,
): Promise<T | undefined> {
  for (let attempt = 1; !signal.aborted; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isAppError(error, 'unavailable')) throw error;
      onOutage(error, attempt);
    }
    await delay(250 + backoffMs(attempt, pause), undefined, { signal }).catch(() => undefined); // an abort ends the loop
  }
  return undefined;
}
