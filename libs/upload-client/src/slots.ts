/** Runs work when its turn has come. Rejects with the signal's reason when that comes first. */
export type InSlot = <T>(signal: AbortSignal, work: () => Promise<T>) => Promise<T>;

/** At most `count` at once, the others in the order in which they came. */
export function createSlots(count: number): InSlot {
  let free = Math.max(1, count);
  const waiting = new Set<() => void>();

  const turn = (signal: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      const go = () => {
        waiting.delete(go);
        signal.removeEventListener('abort', leave);
        free -= 1;
        resolve();
      };
      const leave = () => {
        waiting.delete(go);
        reject(signal.reason as Error);
      };
      if (signal.aborted) leave();
      else if (free > 0) go();
      else {
        waiting.add(go);
        signal.addEventListener('abort', leave, { once: true });
      }
    });

  return async (signal, work) => {
    await turn(signal);
    try {
      return await work();
    } finally {
      free += 1;
      for (const next of waiting) {
        next();
        break;
      }
    }
  };
}
