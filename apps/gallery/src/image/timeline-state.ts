import type { TimelineEntryBody } from '@darkroom/contracts';

export interface TimelineState {
  /** Undefined until the first ones are there. */
  readonly entries: readonly TimelineEntryBody[] | undefined;
  /** The first call has come to its end: what comes after it is news. */
  readonly answered: boolean;
  readonly failed: boolean;
  /** New entries come by themselves. */
  readonly isLive: boolean;
  /** Number of the last entry that came after the first ones. */
  readonly news: number | undefined;
}

export const noTimeline: TimelineState = {
  entries: undefined,
  answered: false,
  failed: false,
  isLive: false,
  news: undefined,
};

/** An answer has come. Of the first one only what it lacks is news: the stream begins with the same, and may be faster. */
export function withAnswer(state: TimelineState, answer: readonly TimelineEntryBody[]): TimelineState {
  const before = state.entries ?? [];
  const entries = merge(before, answer);
  const [more, fewer] = state.answered ? [entries, before] : [before, answer];
  const known = new Set(fewer.map(({ seq }) => seq));
  const news = more.findLast(({ seq }) => !known.has(seq))?.seq ?? state.news;
  return { ...state, entries, answered: true, failed: false, news };
}

export function withFailure(state: TimelineState): TimelineState {
  const news = state.answered ? state.news : state.entries?.at(-1)?.seq;
  return { ...state, answered: true, failed: true, news };
}

export function withStreamed(state: TimelineState, entry: TimelineEntryBody): TimelineState {
  const before = state.entries ?? [];
  if (before.some(({ seq }) => seq === entry.seq)) return state;
  return { ...state, entries: merge(before, [entry]), news: state.answered ? entry.seq : undefined };
}

/** In order, each once. */
function merge(
  before: readonly TimelineEntryBody[],
  more: readonly TimelineEntryBody[],
): readonly TimelineEntryBody[] {
  const bySeq = new Map([...before, ...more].map((entry) => [entry.seq, entry]));
  if (bySeq.size === before.length) return before;
  return [...bySeq.values()].toSorted((a, b) => a.seq - b.seq);
}
