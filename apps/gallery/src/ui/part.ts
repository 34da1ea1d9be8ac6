import { useEffect, useSyncExternalStore } from 'react';
import { fetchPart } from './missing-part.ts';

const listeners = new Set<() => void>();
let someMissing = false;

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};
const tell = () => {
  for (const listener of listeners) listener();
};

/** Code that is loaded when it is first wanted, and once only. */
export interface Part<T> {
  readonly load: () => Promise<T | undefined>;
  readonly now: () => T | undefined;
}

/**
 * Where it cannot be loaded for want of a connection, it is tried again when there is one; where it cannot be loaded
 * although there is, a newer page has taken its place (`useSomeMissing`).
 */
export function part<T>(importIt: () => Promise<T>): Part<T> {
  let value: T | undefined;
  let loading: Promise<T | undefined> | undefined;
  const attempt = async () => {
    try {
      value = await fetchPart(importIt);
      tell();
    } catch {
      loading = undefined;
      if (navigator.onLine) {
        someMissing = true;
        tell();
      } else {
        window.addEventListener('online', again, { once: true });
      }
    }
    return value;
  };
  const load = () => (loading ??= attempt());
  const again = () => void load();
  return { load, now: () => value };
}

/** The part as far as it is there; asked for while it is `wanted`. */
export function usePart<T>(wanted: Part<T>, isWanted = true): T | undefined {
  useEffect(() => {
    if (isWanted) void wanted.load();
  }, [wanted, isWanted]);
  return useSyncExternalStore(subscribe, wanted.now);
}

/** Whether a part could not be loaded that is no longer there: the page must be loaded again. */
export function useSomeMissing(): boolean {
  return useSyncExternalStore(subscribe, () => someMissing);
}

/** Runs when the browser has nothing else to do, and not before `afterMs`: what can wait for the first picture of the page. */
export function whenIdle(run: () => void, afterMs: number): () => void {
  let handle: number | undefined;
  const timer = setTimeout(() => {
    if ('requestIdleCallback' in window) handle = window.requestIdleCallback(run);
    else run(); // Safari
  }, afterMs);
  return () => {
    clearTimeout(timer);
    if (handle !== undefined) window.cancelIdleCallback(handle);
  };
}
