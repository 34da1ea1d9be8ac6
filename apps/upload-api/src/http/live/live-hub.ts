import type { FollowedLog, LoggedEntry, TimelineLog } from '@darkroom/domain';
import { AppError } from '@darkroom/kernel';
import type { Logger } from '@darkroom/runtime';
import { HttpFault } from '../problem.ts';
import type { LiveFeed } from './feeds.ts';
import { LiveStream, type LiveSink } from './live-stream.ts';

export interface HubOptions {
  /** Pause between signs of life, in milliseconds. */
  readonly heartbeatMs: number;
  /** Of this process. */
  readonly maxStreams: number;
  /** Of one owner, in this process. */
  readonly maxStreamsPerOwner: number;
}

export interface OpenRequest {
  readonly feed: LiveFeed;
  /** For whom it counts. */
  readonly ownerId: string;
  readonly after: number | undefined;
  readonly expiresAt: Date | undefined;
}

/** Seconds after which it makes sense to ask again for a stream that there was no room for. */
const retryAfter = { 'Retry-After': '30' };

/**
 * All live streams of this process, fed by one reader of the log. The reader begins with the first stream, so that a
 * process starts while Postgres cannot be reached.
 */
export class LiveHub {
  readonly #log: TimelineLog;
  readonly #options: HubOptions;
  readonly #logger: Logger;
  readonly #byImage = new Map<string, Set<LiveStream>>();
  readonly #byOwner = new Map<string, Set<LiveStream>>();
  readonly #everybody = new Set<LiveStream>();
  readonly #all = new Set<LiveStream>();
  readonly #counts = new Map<string, number>();
  #following: Promise<FollowedLog> | undefined;
  #position = 0;
  #heart: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(log: TimelineLog, options: HubOptions, logger: Logger) {
    this.#log = log;
    this.#options = options;
    this.#logger = logger;
  }

  get streamCount(): number {
    return this.#all.size;
  }

  /** Whether there is room for another one in this process. */
  hasRoom(): boolean {
    return !this.#closed && this.#all.size < this.#options.maxStreams;
  }

  /**
   * Opens a stream to the client that `connect` then answers. Throws `unavailable`, `aborted` while the process stops, 429
   * `too_many_streams` and 503 `streams_exhausted`, all before `connect` is called.
   */
  async open(request: OpenRequest, connect: () => LiveSink): Promise<LiveStream> {
    await this.#follow();
    this.#refuseWhereFull(request.ownerId);
    const { feed, ownerId, after, expiresAt } = request;
    const stream: LiveStream = new LiveStream({
      ...{ feed, after, expiresAt },
      sink: connect(),
      onEnd: () => this.#forget(stream, ownerId),
      onError: (err) => this.#logger.warn({ err }, 'a live stream could not be caught up'),
    });
    this.#placesOf(feed).add(stream);
    this.#all.add(stream);
    this.#counts.set(ownerId, (this.#counts.get(ownerId) ?? 0) + 1);
    stream.start(this.#position);
    return stream;
  }

  /** Ends every stream, and opens no more. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#heart);
    for (const stream of [...this.#all]) stream.end('stopping');
    const following = await this.#following?.catch(() => undefined); // it never began
    await following?.close();
  }

  async #follow(): Promise<void> {
    if (this.#closed) throw new AppError('aborted', 'the process is stopping');
    this.#following ??= this.#log.follow({
      onEntries: (entries, position) => this.#spread(entries, position),
      onGap: (position) => this.#startOver(position),
    });
    await this.#following.catch((error: unknown) => {
      this.#following = undefined;
      throw error;
    });
    if (this.#closed) throw new AppError('aborted', 'the process is stopping');
    this.#heart ??= setInterval(() => this.#beat(), this.#options.heartbeatMs);
  }

  #refuseWhereFull(ownerId: string): void {
    const { maxStreams, maxStreamsPerOwner } = this.#options;
    if (this.#all.size >= maxStreams) {
      throw new HttpFault(503, 'streams_exhausted', 'There is no room for another stream.', retryAfter);
    }
    if ((this.#counts.get(ownerId) ?? 0) >= maxStreamsPerOwner) {
      const detail = `You have ${maxStreamsPerOwner} streams open already: close one first.`;
      throw new HttpFault(429, 'too_many_streams', detail, retryAfter);
    }
  }

  #placesOf({ topic }: LiveFeed): Set<LiveStream> {
    if ('imageId' in topic) return setIn(this.#byImage, topic.imageId);
    return topic.scope === undefined ? this.#everybody : setIn(this.#byOwner, topic.scope);
  }

  #forget(stream: LiveStream, ownerId: string): void {
    const { topic } = stream.feed;
    this.#all.delete(stream);
    this.#everybody.delete(stream);
    if ('imageId' in topic) takeFrom(this.#byImage, topic.imageId, stream);
    else if (topic.scope !== undefined) takeFrom(this.#byOwner, topic.scope, stream);
    const count = (this.#counts.get(ownerId) ?? 1) - 1;
    if (count === 0) this.#counts.delete(ownerId);
    else this.#counts.set(ownerId, count);
  }

  #spread(entries: readonly LoggedEntry[], position: number): void {
    for (const entry of entries) {
      for (const stream of this.#byImage.get(entry.imageId) ?? []) stream.take(entry);
      for (const stream of this.#byOwner.get(entry.ownerId) ?? []) stream.take(entry);
      for (const stream of this.#everybody) stream.take(entry);
    }
    this.#position = position;
  }

  /** Clients come again, each with the place that it has reached, and are told what is still there. */
  #startOver(position: number): void {
    this.#position = position;
    for (const stream of [...this.#all]) stream.end('unavailable');
  }

  #beat(): void {
    for (const stream of [...this.#all]) stream.beat(this.#position);
  }
}

function setIn(map: Map<string, Set<LiveStream>>, key: string): Set<LiveStream> {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = new Set<LiveStream>();
  map.set(key, made);
  return made;
}

function takeFrom(map: Map<string, Set<LiveStream>>, key: string, stream: LiveStream): void {
  const set = map.get(key);
  set?.delete(stream);
  if (set?.size === 0) map.delete(key);
}
