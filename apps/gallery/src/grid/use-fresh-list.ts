import { useEffect } from 'react';
import { useListState, useServices } from '../services.ts';
import type { ImageList, ImageListState } from './image-list.ts';
import type { ImageQuery } from './image-query.ts';

/** The list of a query, loaded when the page is opened and each time that somebody comes back to it. */
export function useFreshList(query: ImageQuery): ImageListState & { readonly list: ImageList } {
  const { lists } = useServices();
  const list = lists.of(query);
  const state = useListState(list);
  useEffect(() => {
    const refresh = () => {
      if (document.visibilityState === 'visible') void list.load();
    };
    refresh();
    document.addEventListener('visibilitychange', refresh); // there may be more by now, from another device
    return () => document.removeEventListener('visibilitychange', refresh);
  }, [list]);
  return { ...state, list };
}
