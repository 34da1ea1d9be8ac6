import type { TimelineEntryBody } from '@darkroom/contracts';
import { watchImages, watchTimeline, type LiveEntry, type TokenSource } from '@darkroom/upload-client';

interface Handlers<Entry> {
  /** Goes on after this event. */
  readonly lastEventId: string | undefined;
  readonly onEntry: (entry: Entry, eventId: string) => void;
  readonly onConnection: (connected: boolean) => void;
}

/** The API's streams, for the person who is signed in. Each call answers what ends it. */
export interface Live {
  /** Everything that happens to one's images. `onReset`: something was missed. */
  images(handlers: Handlers<LiveEntry> & { readonly onReset: () => void }): () => void;
  timeline(imageId: string, handlers: Handlers<TimelineEntryBody>): () => void;
}

export function createLive(apiBase: string, token: TokenSource): Live {
  // An API without streams, or a proxy that does not let them through: the page asks again from time to time.
  const refused = (onConnection: (connected: boolean) => void) => () => onConnection(false);
  return {
    images: (handlers) =>
      watchImages({ apiBase, token, ...handlers, onRefused: refused(handlers.onConnection) }),
    timeline: (imageId, handlers) =>
      watchTimeline(imageId, { apiBase, token, ...handlers, onRefused: refused(handlers.onConnection) }),
  };
}
