import { useCallback, useEffect, useMemo, useState } from 'react';
import type { Description, ImageBody } from '@darkroom/contracts';
import { ApiError, isSettled } from '@darkroom/upload-client';
import { useServices } from '../services.ts';

export interface ImageHandle {
  readonly image: ImageBody | undefined;
  /** `gone`: not there, or another person's. */
  readonly error: 'gone' | 'failed' | undefined;
  readonly reload: () => void;
  readonly update: (description: Description) => Promise<void>;
  readonly restore: () => Promise<void>;
  readonly rebuild: () => Promise<void>;
}

const pollMs = 1_000;

/** One image, asked for again as long as it is still being processed. Changes go into the list as well. */
export function useImage(id: string): ImageHandle {
  const { api, images } = useServices();
  const [image, setImage] = useState<ImageBody>();
  const [error, setError] = useState<ImageHandle['error']>();
  const [round, setRound] = useState(0);
  const reload = useCallback(() => setRound((n) => n + 1), []);

  useEffect(() => {
    const abort = new AbortController();
    api.image(id, abort.signal).then(
      (fresh) => {
        setImage(fresh);
        setError(undefined);
        if (fresh.status === 'completed') images.put(fresh);
      },
      (cause: unknown) => {
        if (!abort.signal.aborted)
          setError(cause instanceof ApiError && cause.status === 404 ? 'gone' : 'failed');
      },
    );
    return () => abort.abort();
  }, [api, images, id, round]);

  useEffect(() => {
    if (image === undefined || isSettled(image)) return undefined;
    const timer = setTimeout(reload, pollMs);
    return () => clearTimeout(timer);
  }, [image, reload]);

  const changes = useMemo(() => {
    const take = (fresh: ImageBody) => {
      setImage(fresh);
      images.put(fresh);
    };
    return {
      update: async (description: Description) => take(await api.update(id, description)),
      restore: async () => take(await api.restore(id)),
      rebuild: async () => {
        await api.rebuild(id);
        reload();
      },
    };
  }, [api, images, id, reload]);

  const current = image?.id === id ? image : undefined;
  return { image: current, error, reload, ...changes };
}
