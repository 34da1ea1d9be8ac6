import { useEffect } from 'react';
import { delay, isSettled } from '@darkroom/upload-client';
import type { DarkroomApi } from '../api/darkroom-api.ts';
import { useListValue, useServices } from '../services.ts';
import type { ImageList, ImageListState } from './image-list.ts';
import type { ImageLists } from './image-lists.ts';

const firstPauseMs = 400;
const longestPauseMs = 20_000;
const atOnce = 12;

/**
 * Where there is no live stream: asks for images that stand in the list without a picture yet (just restored, or
 * uploaded elsewhere) until they have one, less and less often.
 */
export function useFollowUnfinished(list: ImageList, isLive: boolean): void {
  const { api, lists } = useServices();
  const ids = useListValue(list, unfinishedIds);

  useEffect(() => {
    if (ids === '' || isLive) return undefined;
    const abort = new AbortController();
    follow(ids.split(' '), api, lists, abort.signal).catch(() => {
      // Left the page, or no answer: the tile keeps its placeholder, and the next load of the list tells more.
    });
    return () => abort.abort();
  }, [ids, isLive, api, lists]);
}

function unfinishedIds({ items }: ImageListState): string {
  const unfinished = items.filter((item) => item.preview_url === null && item.thumbnail_url === null);
  return unfinished
    .slice(0, atOnce)
    .map(({ id }) => id)
    .join(' ');
}

async function follow(
  ids: readonly string[],
  api: DarkroomApi,
  lists: ImageLists,
  signal: AbortSignal,
): Promise<void> {
  const left = new Set(ids);
  for (let pause = firstPauseMs; left.size > 0 && pause < longestPauseMs; pause *= 1.5) {
    await delay(pause, signal);
    for (const id of left) {
      const image = await api.image(id, signal);
      if (!isSettled(image)) continue;
      left.delete(id);
      if (image.status === 'completed') lists.put(image);
      else lists.remove(id);
    }
  }
}
