import { useCallback, useRef } from 'react';

const pauseMs = 5 * 60_000;

/**
 * The same as `act`, at most once in five minutes. For fresh addresses of pictures: signed ones run out on a page that
 * stays open, again and again, and one that stays broken must not be asked for without end.
 */
export function useSparingly(act: () => void): () => void {
  const last = useRef(-Infinity);
  return useCallback(() => {
    const now = performance.now();
    if (now - last.current < pauseMs) return;
    last.current = now;
    act();
  }, [act]);
}
