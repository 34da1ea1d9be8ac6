import { useEffect, useState } from 'react';
import { whileVisible } from '../live/while-visible.ts';
import { useServices } from '../services.ts';
import { noTimeline, withAnswer, withFailure, withStreamed, type TimelineState } from './timeline-state.ts';

/** What happened to an image, and live what happens. `round`: asked for anew where there is no stream. */
export function useTimeline(imageId: string, round: number): TimelineState {
  const { api, live } = useServices();
  const [state, setState] = useState(noTimeline);

  useEffect(() => {
    const abort = new AbortController();
    api.timeline(imageId, abort.signal).then(
      (entries) => setState((now) => withAnswer(now, entries)),
      () => {
        if (!abort.signal.aborted) setState(withFailure);
      },
    );
    return () => abort.abort();
  }, [api, imageId, round]);

  useEffect(() => {
    let lastEventId: string | undefined;
    return whileVisible(() =>
      live.timeline(imageId, {
        lastEventId,
        onEntry: (entry, eventId) => {
          lastEventId = eventId;
          setState((now) => withStreamed(now, entry));
        },
        onConnection: (isLive) => setState((now) => ({ ...now, isLive })),
      }),
    );
  }, [live, imageId]);
  return state;
}
