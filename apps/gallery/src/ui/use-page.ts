import { useEffect, useRef, type RefObject } from 'react';
import { useNavigationType } from 'react-router';
import { useTexts } from '../texts/texts.ts';

export function useDocumentTitle(title: string): void {
  const { product } = useTexts();
  useEffect(() => {
    document.title = `${title} · ${product}`;
  }, [title, product]);
}

let pagesShown = 0;

/**
 * Names the page and, after a navigation within it, puts focus on the heading: a screen reader then tells where one
 * is. Going back leaves focus to the page that is returned to, and the first page leaves it to the browser.
 */
export function usePage(title: string): RefObject<HTMLHeadingElement | null> {
  useDocumentTitle(title);
  const heading = useRef<HTMLHeadingElement>(null);
  const how = useNavigationType();
  useEffect(() => {
    pagesShown += 1;
    if (pagesShown > 1 && how !== 'POP') heading.current?.focus({ preventScroll: true });
  }, [how]);
  return heading;
}
