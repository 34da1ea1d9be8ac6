import { useSyncExternalStore } from 'react';

/** As in the style sheets: from here on there is room beside one column. */
const query = window.matchMedia('(width > 48rem)');

function subscribe(listener: () => void): () => void {
  query.addEventListener('change', listener);
  return () => query.removeEventListener('change', listener);
}

export function useWide(): boolean {
  return useSyncExternalStore(subscribe, () => query.matches);
}
