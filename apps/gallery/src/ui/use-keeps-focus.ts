import { useCallback, type RefCallback } from 'react';

/**
 * For a control that may go while it has focus, as "Try again" does when that has worked: focus then moves to the
 * heading of the page instead of being lost.
 */
export function useKeepsFocus(): RefCallback<HTMLElement> {
  return useCallback((element) => {
    if (element === null) return undefined;
    return () => {
      if (!element.contains(document.activeElement)) return;
      queueMicrotask(() => {
        if (document.activeElement !== document.body) return; // what took its place has taken the focus
        const content = document.getElementById('content');
        (content?.querySelector<HTMLElement>('h1[tabindex]') ?? content)?.focus({ preventScroll: true });
      });
    };
  }, []);
}
