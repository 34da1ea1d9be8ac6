import type { Ask } from '../transport.ts';
import { followEvents } from './follow-events.ts';

/** Rings when something may have happened to an image. */
export interface Doorbell {
  /** Calls `ring` from now on, until what it answers is called. */
  listen(imageId: string, ring: () => void): () => void;
  /** Whether it is known to work just now: who listens need not look by themselves. */
  isLive(): boolean;
}

/**
 * A doorbell on the stream over all of the caller's images. One connection for however many are listened for, since
 * browsers open six to a host at most; it is open while anybody listens. An API that refuses the stream leaves a
 * doorbell that is silent.
 */
export function createDoorbell(ask: Ask): Doorbell {
  const listeners = new Map<() => void, string>();
  let stream: AbortController | undefined;
  let live = false;

  const ring = (imageId?: string) => {
    for (const [listener, of] of listeners) if (imageId === undefined || imageId === of) listener();
  };
  const open = () => {
    const own = new AbortController();
    stream = own;
    const ended = followEvents(ask, '/events', {
      signal: own.signal,
      onEvent: ({ type, data }) => {
        ring(type === 'timeline' ? (JSON.parse(data) as { image_id: string }).image_id : undefined);
      },
      onConnection: (connected) => {
        if (stream !== own) return;
        live = connected;
        ring(); // the stream begins now, or nobody is told from now on: have a look
      },
    });
    ended.catch(() => {
      if (stream === own) live = false;
    });
  };
  return {
    listen: (imageId, listener) => {
      listeners.set(listener, imageId);
      if (stream === undefined) open();
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        stream?.abort();
        stream = undefined;
        live = false;
      };
    },
    isLive: () => live,
  };
}
