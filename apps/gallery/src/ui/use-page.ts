import { useCallback, useEffect, useRef, type RefCallback } from 'react';
import { useNavigationType } from 'react-router';
import { useDocumentTitle } from './use-document-title.ts';

let pagesShown = 0;

/**
 * Names the page and, after a navigation within it, puts focus on the heading: a screen reader then tells where one
 * is. Going back leaves focus to the page that is returned to, and the first page leaves it to the browser. The
 * heading of a loading page hands focus on to the one that takes its place.
 */
export function usePage(title: string): RefCallback<HTMLHeadingElement> {
  useDocumentTitle(title);
  const how = useNavigationType();
  const arrived = useRef<boolean>(undefined);
  useEffect(() => {
    pagesShown += 1;
  }, []);
  return useCallback(
    (heading) => {
      if (heading === null) return;
      const first = arrived.current === undefined;
      arrived.current ??= pagesShown > 0 && how !== 'POP';
      const lost = document.activeElement === document.body;
      if (arrived.current && (first || lost)) heading.focus({ preventScroll: true });
    },
    [how],
  );
}
