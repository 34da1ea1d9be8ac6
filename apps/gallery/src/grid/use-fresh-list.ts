import { useEffect } from 'react';
import { useServices } from '../services.ts';
import type { ImageList } from './image-list.ts';
import type { ImageQuery } from './image-query.ts';

/** The list of a query, loaded when the page is opened and each time that somebody comes back to it. */
export function useFreshList(query: ImageQuery): ImageList {
  const { lists } = useServices();
  const list = lists.of(query);
  useEffect(() => {
    const refresh = () => {
      if (document.visibilityState === 'visible') void list.load();
    };
    refresh();
    document.addEventListener('visibilitychange', refresh); // there may be more by now, from another device
    return () => document.removeEventListener('visibilitychange', refresh);
  }, [list]);
  return list;
}
