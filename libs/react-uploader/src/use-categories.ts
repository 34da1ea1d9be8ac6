'use client';
import { useCallback, useEffect, useState } from 'react';
import { type CategoryBody, createTransport, type Token } from '@darkroom/upload-client';
import { useStableToken } from './use-stable-token.ts';

export interface Categories {
  /** The active ones, with their limits; undefined while they are not known. */
  readonly categories: readonly CategoryBody[] | undefined;
  readonly failed: boolean;
  readonly reload: () => void;
}

/** What may be uploaded, as the API says. */
export function useCategories(apiBase: string, token: Token | undefined): Categories {
  const source = useStableToken(token);
  const [categories, setCategories] = useState<readonly CategoryBody[]>();
  const [failed, setFailed] = useState(false);
  const [attempt, setAttempt] = useState(0);

  useEffect(() => {
    const abort = new AbortController();
    createTransport(apiBase, source)<CategoryBody[]>('/images/categories', { signal: abort.signal }).then(
      (fresh) => {
        if (!abort.signal.aborted) setCategories(fresh);
      },
      () => {
        if (!abort.signal.aborted) setFailed(true);
      },
    );
    return () => abort.abort();
  }, [apiBase, source, attempt]);

  const reload = useCallback(() => {
    setFailed(false);
    setAttempt((before) => before + 1);
  }, []);
  return { categories, failed, reload };
}
