import type { LiveEntryBody, LiveResetBody, TimelineEntryBody } from '@darkroom/contracts';
import type { Request, Response } from 'express';
import type { StreamEntry } from './feeds.ts';
import type { LiveHub, OpenRequest } from './live-hub.ts';
import type { EndReason, LiveSink } from './live-stream.ts';

/** How long a client should wait before it comes again, in milliseconds. */
const retryMs = 2_000;
/** When all have to come again, they come one by one. */
const spreadMs = 4_000;
/** For a client to take what is left when its stream ends. */
const goodbyeMs = 2_000;

/** Answers a request with a stream of server-sent events (HTML, 9.2). */
export async function answerWithEvents(
  hub: LiveHub,
  open: OpenRequest,
  request: Request,
  response: Response,
): Promise<void> {
  if (request.method === 'HEAD') {
    response.status(200).setHeader('Content-Type', mediaType).end();
    return;
  }
  const stream = await hub.open(open, () => new SseSink(response, open.feed.byOffset));
  if (response.destroyed) stream.closed();
  else response.once('close', () => stream.closed());
}

const mediaType = 'text/event-stream; charset=utf-8';

/** What `data` of `event: timeline` holds. */
export function entryBody(
  { entry, imageId }: StreamEntry,
  withImage: boolean,
): TimelineEntryBody | LiveEntryBody {
  const { seq, type, at, detail } = entry;
  return { ...(withImage ? { image_id: imageId } : {}), seq, type, at: at.toISOString(), detail };
}

export class SseSink implements LiveSink {
  readonly #response: Response;
  readonly #withImage: boolean;

  constructor(response: Response, withImage: boolean) {
    this.#response = response;
    this.#withImage = withImage;
    response.status(200);
    response.setHeader('Content-Type', mediaType);
    response.setHeader('Cache-Control', 'no-store, no-transform');
    response.setHeader('Connection', 'close'); // nothing comes after it
    response.setHeader('X-Accel-Buffering', 'no'); // nginx would hold events back
    response.write(`retry: ${retryMs}\n\n`);
  }

  entry(entry: StreamEntry): void {
    this.#event(entry.place, 'timeline', entryBody(entry, this.#withImage));
  }

  reset(position: number): void {
    this.#event(position, 'reset', { reason: 'pruned' } satisfies LiveResetBody);
  }

  ready(position: number | undefined): void {
    this.beat(position);
  }

  /** An `id` without data is no event, but a client takes note of it. */
  beat(position: number | undefined): void {
    this.#response.write(position === undefined ? ':\n\n' : `:\nid: ${position}\n\n`);
  }

  buffered(): number {
    return this.#response.writableLength;
  }

  async drained(): Promise<void> {
    const response = this.#response;
    if (!response.writableNeedDrain || response.destroyed) return;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const settle = (): void => resolve(undefined);
    response.once('drain', settle).once('close', settle);
    await promise;
    response.off('drain', settle).off('close', settle);
  }

  end(reason: EndReason): void {
    const comeAgain = `retry: ${Math.round(retryMs + Math.random() * spreadMs)}\n\n`;
    this.#response.end(reason === 'expired' ? undefined : comeAgain);
    // Its place has been given back: it must not keep the connection for as long as it reads nothing
    const late = setTimeout(() => this.#response.destroy(), goodbyeMs).unref();
    this.#response.once('close', () => clearTimeout(late));
  }

  drop(): void {
    this.#response.destroy();
  }

  #event(id: number, event: string, data: unknown): void {
    this.#response.write(`id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }
}
