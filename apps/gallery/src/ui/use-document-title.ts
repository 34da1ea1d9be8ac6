import { useEffect } from 'react';
import { useTexts } from '../texts/texts.ts';

export function useDocumentTitle(title: string): void {
  const { product } = useTexts();
  useEffect(() => {
    document.title = `${title} · ${product}`;
  }, [title, product]);
}
