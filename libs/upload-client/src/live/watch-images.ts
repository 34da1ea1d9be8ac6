import type { ApiError } from '../api-error.ts';
import type { TimelineEntryBody } from '../contract.ts';
import { tokenSource, type Token } from '../tokens.ts';
import { createAsk, type MoreHeaders } from '../transport.ts';
import { followEvents } from './follow-events.ts';

export interface WatchOptions<Entry> {
  /** Where the API is: `/api`, or a whole URL without a slash at the end. */
  readonly apiBase: string;
  readonly token?: Token;
  readonly headers?: MoreHeaders;
  /** Goes on after this event, as `onEntry` told of it; nothing in between is missed. */
  readonly lastEventId?: string | undefined;
  /** Something happened. `eventId` is what to keep for `lastEventId`. */
  readonly onEntry: (entry: Entry, eventId: string) => void;
  /** `false` while the connection is lost; it is opened again by itself, and goes on where it was. */
  readonly onConnection?: (connected: boolean) => void;
  /** The API does not have the stream, or not for this caller: nothing more will come. */
  readonly onRefused?: (error: ApiError) => void;
}

/** An entry of some image's timeline. */
export interface LiveEntry extends TimelineEntryBody {
  readonly image_id: string;
}

export interface WatchImagesOptions extends WatchOptions<LiveEntry> {
  /** What happened in between is no longer kept: read anew what you show. The stream goes on from here. */
  readonly onReset?: (reason: string) => void;
}

/** Tells live of everything that happens to the caller's images, from now on. Answers what ends it. */
export function watchImages(options: WatchImagesOptions): () => void {
  return watch('/events', options, options.onReset);
}

/** Tells of one image's timeline, from its beginning and live. Answers what ends it. */
export function watchTimeline(imageId: string, options: WatchOptions<TimelineEntryBody>): () => void {
  return watch(`/images/${encodeURIComponent(imageId)}/events`, options);
}

function watch<Entry>(
  path: string,
  { apiBase, token, headers, lastEventId, onEntry, onConnection, onRefused }: WatchOptions<Entry>,
  onReset?: (reason: string) => void,
): () => void {
  const stop = new AbortController();
  const tell = (call: () => void) => {
    // A listener that throws is no broken connection.
    queueMicrotask(() => {
      if (!stop.signal.aborted) call();
    });
  };
  const ended = followEvents(createAsk(apiBase, tokenSource(token), headers), path, {
    signal: stop.signal,
    lastEventId,
    onEvent: ({ id, type, data }) => {
      const body = JSON.parse(data) as unknown;
      if (type === 'timeline') tell(() => onEntry(body as Entry, id));
      else if (type === 'reset') tell(() => onReset?.((body as { reason: string }).reason));
    },
    onConnection: (connected) => tell(() => onConnection?.(connected)),
  });
  ended.catch((error: unknown) => tell(() => onRefused?.(error as ApiError)));
  return () => stop.abort();
}
