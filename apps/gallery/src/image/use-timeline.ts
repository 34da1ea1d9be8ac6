import { useEffect, useState } from 'react';
import type { TimelineEntryBody } from '@darkroom/contracts';
import { whileVisible } from '../live/while-visible.ts';
import { useServices } from '../services.ts';

export interface TimelineState {
  /** Undefined until the first ones are there. */
  readonly entries: readonly TimelineEntryBody[] | undefined;
  readonly failed: boolean;
  /** New entries come by themselves. */
  readonly isLive: boolean;
  /** Number of the last entry that came after the first ones. */
  readonly news: number | undefined;
}

const none: TimelineState = { entries: undefined, failed: false, isLive: false, news: undefined };

/** What happened to an image, and live what happens. `round`: asked for anew where there is no stream. */
export function useTimeline(imageId: string, round: number): TimelineState {
  const { api, live } = useServices();
  const [state, setState] = useState(none);

  useEffect(() => {
    const abort = new AbortController();
    api.timeline(imageId, abort.signal).then(
      (entries) => setState((now) => withEntries(now, entries)),
      () => {
        if (!abort.signal.aborted) setState((now) => ({ ...now, failed: true }));
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
          setState((now) => withEntries(now, [entry]));
        },
        onConnection: (isLive) => setState((now) => ({ ...now, isLive })),
      }),
    );
  }, [live, imageId]);
  return state;
}

/** In order, each once: the stream begins with what the first answer has told. */
function withEntries(state: TimelineState, more: readonly TimelineEntryBody[]): TimelineState {
  const { entries: before = [] } = state;
  const bySeq = new Map([...before, ...more].map((entry) => [entry.seq, entry]));
  if (bySeq.size === before.length) return { ...state, failed: false };
  const entries = [...bySeq.values()].toSorted((a, b) => a.seq - b.seq);
  const news = state.entries === undefined ? undefined : entries.at(-1)?.seq;
  return { ...state, entries, failed: false, news };
}
