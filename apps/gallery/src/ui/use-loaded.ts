import { useCallback, useEffect, useState } from 'react';

export interface Loaded<T> {
  readonly value: T | undefined;
  readonly failed: boolean;
  /** Always the same function. */
  readonly reload: () => void;
}

/** What a call answers, asked for when the component appears and by `reload`. `load` must stay the same function. */
export function useLoaded<T>(load: (signal: AbortSignal) => Promise<T>): Loaded<T> {
  const [state, setState] = useState<{ value: T | undefined; failed: boolean }>({
    value: undefined,
    failed: false,
  });
  const [round, setRound] = useState(0);
  useEffect(() => {
    const abort = new AbortController();
    load(abort.signal).then(
      (value) => {
        if (!abort.signal.aborted) setState({ value, failed: false });
      },
      () => {
        if (!abort.signal.aborted) setState((now) => ({ ...now, failed: true }));
      },
    );
    return () => abort.abort();
  }, [load, round]);
  const reload = useCallback(() => setRound((n) => n + 1), []);
  return { ...state, reload };
}
