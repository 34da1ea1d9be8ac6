import { useEffect } from 'react';
import { whileVisible } from '../live/while-visible.ts';
import { useLoaded, type Loaded } from '../ui/use-loaded.ts';

const everyMs = 10_000;

/** As `useLoaded`, and again every ten seconds while the tab is in view. */
export function useRefreshed<T>(load: (signal: AbortSignal) => Promise<T>): Loaded<T> {
  const loaded = useLoaded(load);
  const { reload } = loaded;
  useEffect(() => {
    let isFresh = document.visibilityState === 'visible';
    return whileVisible(() => {
      if (!isFresh) reload();
      isFresh = false;
      const timer = setInterval(reload, everyMs);
      return () => clearInterval(timer);
    });
  }, [reload]);
  return loaded;
}
