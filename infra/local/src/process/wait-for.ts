import { setTimeout as wait } from 'node:timers/promises';

export interface WaitOptions {
  /** How long until it throws (default 10 s). */
  timeoutMs?: number;
  /** What is waited for, as it stands in the message of the error. */
  what: string;
  intervalMs?: number;
}

/**
 * Asks again and again until the condition answers something truthy, and returns that. An error thrown by the
 * condition ends the wait. Throws when the time is up.
 */
export async function waitFor<T>(
  condition: () => T | Promise<T>,
  { timeoutMs = 10_000, what, intervalMs = 20 }: WaitOptions,
): Promise<Exclude<T, false | 0 | '' | null | undefined>> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const answer = await condition();
    if (answer) return answer as Exclude<T, false | 0 | '' | null | undefined>;
    if (Date.now() >= deadline) throw new Error(`Waited ${timeoutMs} ms in vain for ${what}`);
    await wait(intervalMs);
  }
}
