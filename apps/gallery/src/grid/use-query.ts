import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { addressOf, parseQuery, type ImageQuery } from './image-query.ts';

export type ChangeQuery = (change: Partial<ImageQuery>, how?: { readonly replace: boolean }) => void;

/** The query that the page's address holds. Changing it is a navigation, so that "back" takes it back. */
export function useQuery(): readonly [ImageQuery, ChangeQuery] {
  const [params, setParams] = useSearchParams();
  const query = useMemo(() => parseQuery(params), [params]);
  const change = useCallback<ChangeQuery>(
    (part, { replace } = { replace: false }) =>
      setParams((now) => addressOf({ ...parseQuery(now), ...part }), { replace, preventScrollReset: true }),
    [setParams],
  );
  return [query, change];
}
