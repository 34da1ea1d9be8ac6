import { useEffect, useState } from 'react';
import type { CategoryBody } from '@darkroom/contracts';
import { useServices } from '../../services.ts';

interface Categories {
  /** Undefined while they are not known. */
  readonly categories: readonly CategoryBody[] | undefined;
  readonly failed: boolean;
  readonly reload: () => void;
}

export function useCategories(): Categories {
  const { api } = useServices();
  const [categories, setCategories] = useState<readonly CategoryBody[]>();
  const [failed, setFailed] = useState(false);
  const [attempt, setAttempt] = useState(0);

  useEffect(() => {
    const abort = new AbortController();
    api.categories(abort.signal).then(setCategories, () => {
      if (!abort.signal.aborted) setFailed(true);
    });
    return () => abort.abort();
  }, [api, attempt]);

  const reload = () => {
    setFailed(false);
    setAttempt(attempt + 1);
  };
  return { categories, failed, reload };
}
