import { useCallback, useEffect, useState } from 'react';
import { useRetryOnline } from './use-online.ts';

export interface Loaded<T> {
  readonly value: T | undefined;
  /** The last call that came to an end has failed. */
  readonly failed: boolean;
  readonly loading: boolean;
  /** Always the same function. */
  readonly reload: () => void;
}

/**
 * What a call answers, asked for when the component appears, by `reload`, and after a failure when there is a connection
 * again. `load` must stay the same function.
 */
export function useLoaded<T>(load: (signal: AbortSignal) => Promise<T>): Loaded<T> {
  const [state, setState] = useState<Omit<Loaded<T>, 'reload'>>({
    value: undefined,
    failed: false,
    loading: true,
  });
  const [round, setRound] = useState(0);
  useEffect(() => {
    const abort = new AbortController();
    load(abort.signal).then(
      (value) => {
        if (!abort.signal.aborted) setState({ value, failed: false, loading: false });
      },
      () => {
        if (!abort.signal.aborted) setState((now) => ({ ...now, failed: true, loading: false }));
      },
    );
    return () => abort.abort();
  }, [load, round]);
  const reload = useCallback(() => {
    setState((now) => ({ ...now, loading: true }));
    setRound((n) => n + 1);
  }, []);
  useRetryOnline(state.failed, reload);
  return { ...state, reload };
}
