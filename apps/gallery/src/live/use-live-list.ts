import { useEffect, useRef, useState } from 'react';
import type { ImageList } from '../grid/image-list.ts';
import { useServices } from '../services.ts';
import { followLists } from './follow-lists.ts';
import { whileVisible } from './while-visible.ts';

/** Keeps a list true while it is shown. Answers whether that works just now. */
export function useLiveList(list: ImageList): boolean {
  const { live, api, lists } = useServices();
  const [connected, setConnected] = useState(false);
  const position = useRef<string>(undefined);
  useEffect(
    () => whileVisible(() => followLists({ live, api, lists, list, position, onConnection: setConnected })),
    [live, api, lists, list],
  );
  return connected;
}
