import { useCallback, useEffect, useMemo, useState } from 'react';
import type { Description, ImageBody } from '@darkroom/contracts';
import { ApiError, isSettled } from '@darkroom/upload-client';
import { useServices } from '../services.ts';
import { useRetryOnline } from '../ui/use-online.ts';
import type { TimelineState } from './timeline-state.ts';
import { useTimeline } from './use-timeline.ts';

export interface ImageHandle {
  readonly image: ImageBody | undefined;
  readonly timeline: TimelineState;
  /** `gone`: not there, or another person's. */
  readonly error: 'gone' | 'failed' | undefined;
  /** Being asked for. */
  readonly loading: boolean;
  readonly reload: () => void;
  /** Saves where the image is still as `base`; throws `precondition_failed` where it is not. */
  readonly update: (base: ImageBody, description: Description) => Promise<void>;
  /** As it is on the server now. */
  readonly fetchLatest: () => Promise<ImageBody>;
  readonly restore: () => Promise<void>;
  readonly rebuild: () => Promise<void>;
}

const pollMs = 1_000;
/** Beside a stream, for what may have happened between two answers. */
const pollBesideMs = 5_000;

/**
 * One image, asked for again whenever something has happened to it: by the stream, or, where there is none, from time
 * to time while it is still being processed. Changes go into the lists as well.
 */
export function useImage(id: string): ImageHandle {
  const { api, lists } = useServices();
  const [image, setImage] = useState<ImageBody>();
  const [error, setError] = useState<ImageHandle['error']>();
  const [loading, setLoading] = useState(true);
  const [round, setRound] = useState(0);
  const reload = useCallback(() => {
    setLoading(true);
    setRound((n) => n + 1);
  }, []);
  const timeline = useTimeline(id, round);

  const take = useCallback(
    (fresh: ImageBody) => {
      setImage(fresh);
      setError(undefined);
      setLoading(false);
      if (fresh.status === 'completed') lists.put(fresh);
      else lists.remove(fresh.id);
    },
    [lists],
  );

  useEffect(() => {
    const abort = new AbortController();
    api.image(id, abort.signal).then(take, (cause: unknown) => {
      if (abort.signal.aborted) return;
      setLoading(false);
      setError(cause instanceof ApiError && cause.status === 404 ? 'gone' : 'failed');
    });
    return () => abort.abort();
  }, [api, take, id, round, timeline.news]);

  useRetryOnline(error === 'failed', reload);

  useEffect(() => {
    if (image === undefined || isSettled(image)) return undefined;
    const timer = setTimeout(reload, timeline.isLive ? pollBesideMs : pollMs);
    return () => clearTimeout(timer);
  }, [image, reload, timeline.isLive]);

  const changes = useMemo(
    () => ({
      update: async (base: ImageBody, description: Description) => take(await api.update(base, description)),
      fetchLatest: async () => {
        const latest = await api.image(id);
        take(latest);
        return latest;
      },
      restore: async () => take(await api.restore(id)),
      rebuild: async () => {
        await api.rebuild(id);
        take(await api.image(id));
      },
    }),
    [api, take, id],
  );

  const current = image?.id === id ? image : undefined;
  return { image: current, timeline, error, loading, reload, ...changes };
}
