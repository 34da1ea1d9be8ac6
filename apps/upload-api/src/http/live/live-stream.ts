import type { LoggedEntry } from '@darkroom/domain';
import type { LiveFeed, StreamEntry } from './feeds.ts';

/** Why a stream is ended by us: the process stops, the caller's token expired, or the log cannot be read. */
export type EndReason = 'stopping' | 'expired' | 'unavailable';

/** The client's end of a stream, which says everything in the words of its protocol. */
export interface LiveSink {
  entry(entry: StreamEntry): void;
  /** Something was missed for good; the stream goes on behind `position`. */
  reset(position: number): void;
  /** The client has been told all that it missed: up to `position`, where it goes on by offsets of the log. */
  ready(position: number | undefined): void;
  /** From time to time: the stream lives, and has come up to `position`. */
  beat(position: number | undefined): void;
  /** Bytes that the client has not taken yet. */
  buffered(): number;
  /** Resolves once the client has taken what it was given, or has gone. */
  drained(): Promise<void>;
  end(reason: EndReason): void;
  /** Cuts the connection. */
  drop(): void;
}

export interface StreamOptions {
  readonly feed: LiveFeed;
  readonly sink: LiveSink;
  /** The place that the client has reached; undefined: it wants what happens from now on. */
  readonly after: number | undefined;
  readonly expiresAt: Date | undefined;
  readonly onEnd: () => void;
  readonly onError: (error: unknown) => void;
}

/** A client that leaves more than this lying is too slow: it is cut off, and may go on where it was. */
const maxBufferedBytes = 256 * 1024;
/** Entries that may come up while a client is still being told what it missed. */
const maxWaiting = 1_000;
/** Within which a client must have taken a page of what it missed. */
const longestPageMs = 30_000;
/** The longest that a timer can wait. */
const maxTimerMs = 2 ** 31 - 1;

/** One client's stream: first what it missed, then what happens, each entry once and in order. */
export class LiveStream {
  readonly feed: LiveFeed;
  readonly #options: StreamOptions;
  readonly #sink: LiveSink;
  /** Of the last entry that the client was given. */
  #place = 0;
  /** What happens while the client is told what it missed; undefined afterwards. */
  #waiting: LoggedEntry[] | undefined = [];
  #expiry: NodeJS.Timeout | undefined;
  #ended = false;

  constructor(options: StreamOptions) {
    this.feed = options.feed;
    this.#options = options;
    this.#sink = options.sink;
  }

  /** To be called with the offset up to which `take` was not called, and will not be. */
  start(position: number): void {
    const { after, expiresAt } = this.#options;
    if (expiresAt !== undefined) {
      const ms = Math.min(maxTimerMs, expiresAt.getTime() - Date.now());
      this.#expiry = setTimeout(() => this.end('expired'), Math.max(0, ms));
    }
    this.#place = after ?? position;
    this.#catchUp(position).catch((error: unknown) => {
      this.#options.onError(error);
      this.end('unavailable');
    });
  }

  /** Something happened that belongs to the feed. */
  take(entry: LoggedEntry): void {
    if (this.#ended) return;
    if (this.#waiting === undefined) {
      this.#give(this.#entryOf(entry));
      if (this.#sink.buffered() > maxBufferedBytes) this.#drop();
    } else if (this.#waiting.length < maxWaiting) this.#waiting.push(entry);
    else this.#drop();
  }

  /** Everything up to the offset `position` was given to `take`. */
  beat(position: number): void {
    if (this.#ended || this.#waiting !== undefined) return;
    this.#sink.beat(this.#reached(position));
    if (this.#sink.buffered() > maxBufferedBytes) this.#drop();
  }

  end(reason: EndReason): void {
    if (this.#ended) return;
    this.closed();
    this.#sink.end(reason);
  }

  /** The connection is no more. */
  closed(): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#expiry);
    this.#waiting = undefined;
    this.#options.onEnd();
  }

  #drop(): void {
    this.closed();
    this.#sink.drop();
  }

  async #catchUp(position: number): Promise<void> {
    for await (const page of this.feed.missed(this.#place, position)) {
      if (this.#ended) return;
      if (page === undefined) {
        this.#place = position;
        this.#sink.reset(position);
      } else {
        for (const entry of page) this.#give(entry);
      }
      if (!(await this.#drains())) {
        this.#drop();
        return;
      }
    }
    if (this.#ended) return;
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const entry of waiting) this.#give(this.#entryOf(entry));
    this.#sink.ready(this.#reached(position));
  }

  /** Whether the client takes what it was given, in time. */
  async #drains(): Promise<boolean> {
    const late = Promise.withResolvers<boolean>();
    const timer = setTimeout(() => late.resolve(false), longestPageMs);
    const drained = this.#sink.drained().then(() => true);
    const inTime = await Promise.race([drained, late.promise]);
    clearTimeout(timer);
    return inTime;
  }

  #reached(position: number): number | undefined {
    if (!this.feed.byOffset) return undefined;
    this.#place = Math.max(this.#place, position);
    return this.#place;
  }

  #entryOf(entry: LoggedEntry): StreamEntry {
    return { place: this.feed.placeOf(entry), imageId: entry.imageId, entry };
  }

  #give(entry: StreamEntry): void {
    if (this.#ended || entry.place <= this.#place) return;
    this.#place = entry.place;
    this.#sink.entry(entry);
  }
}
