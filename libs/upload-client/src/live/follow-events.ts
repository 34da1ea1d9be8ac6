import { ApiError } from '../api-error.ts';
import { delay } from '../delay.ts';
import type { Ask } from '../transport.ts';
import { readEvents, type ServerBlock } from './read-events.ts';

export interface ServerEvent {
  /** Where to go on after it. */
  readonly id: string;
  readonly type: string;
  readonly data: string;
}

export interface Following {
  readonly signal: AbortSignal;
  /** Goes on after this event; without one the stream begins where the API begins it. */
  readonly lastEventId?: string | undefined;
  readonly onEvent: (event: ServerEvent) => void;
  /** `true` with the first bytes of each connection, `false` when it was lost. */
  readonly onConnection: (connected: boolean) => void;
}

/** The API sends heartbeats well below this. A connection that is silent for longer is dead. */
const silenceMs = 45_000;
const firstPauseMs = 1_000;
const longestPauseMs = 15_000;

/**
 * Follows a stream of the API, and takes it up again by `Last-Event-ID` whenever it breaks off, with growing pauses and
 * full jitter. Ends when aborted, with the signal's reason, or with the `ApiError` of an API that does not have it.
 */
export async function followEvents(ask: Ask, path: string, following: Following): Promise<never> {
  const { signal, onEvent, onConnection } = following;
  let lastEventId = following.lastEventId;
  let failures = 0;
  for (;;) {
    let askedPauseMs = 0;
    try {
      await oneConnection(ask, path, lastEventId, signal, {
        onBytes: (isFirst) => {
          if (!isFirst) return;
          failures = 0;
          onConnection(true);
        },
        onBlock: ({ id, type, data }) => {
          lastEventId = id ?? lastEventId;
          if (data !== undefined) onEvent({ id: lastEventId ?? '', type, data });
        },
      });
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof ApiError) {
        if (error.status < 500 && error.status !== 429) throw error;
        askedPauseMs = error.retryAfterMs ?? 0;
      }
    }
    onConnection(false);
    const pauseMs = Math.random() * Math.min(longestPauseMs, firstPauseMs * 2 ** failures);
    failures += 1;
    await delay(Math.max(pauseMs, askedPauseMs), signal);
  }
}

interface Heard {
  readonly onBytes: (isFirst: boolean) => void;
  readonly onBlock: (block: ServerBlock) => void;
}

/** Resolves when the stream ends; throws when it is cut, or has been silent for too long. */
async function oneConnection(
  ask: Ask,
  path: string,
  lastEventId: string | undefined,
  signal: AbortSignal,
  { onBytes, onBlock }: Heard,
): Promise<void> {
  const connection = new AbortController();
  const end = () => connection.abort(signal.reason);
  signal.addEventListener('abort', end);
  let silence = setTimeout(end, silenceMs);
  let isFirst = true;
  try {
    const answer = await ask(path, {
      headers: {
        accept: 'text/event-stream',
        ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
      },
      signal: connection.signal,
    });
    if (answer.body === null || !/^text\/event-stream/.test(answer.headers.get('content-type') ?? '')) {
      throw new ApiError(answer.status, { code: 'no_stream' });
    }
    await readEvents(
      answer.body,
      () => {
        clearTimeout(silence);
        silence = setTimeout(end, silenceMs);
        onBytes(isFirst);
        isFirst = false;
      },
      onBlock,
    );
  } finally {
    clearTimeout(silence);
    signal.removeEventListener('abort', end);
    connection.abort();
  }
}
