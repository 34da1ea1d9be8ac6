import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import express, { type Response } from 'express';
import { jest } from '@jest/globals';
import type { LiveFeed, StreamEntry } from './feeds.ts';
import { LiveStream, type LiveSink } from './live-stream.ts';
import { SseSink } from './sse.ts';

const entryOf = (place: number): StreamEntry => ({
  place,
  imageId: 'an image',
  entry: { seq: place, type: 'updated', at: new Date(0), detail: { filler: 'x'.repeat(200_000) } },
});

const feedOf = (missed: LiveFeed['missed']): LiveFeed => ({
  topic: { scope: undefined },
  byOffset: true,
  placeOf: ({ offset }) => offset,
  missed,
});

async function* nothing(): ReturnType<LiveFeed['missed']> {
  // Yields no page
}

const begin = (feed: LiveFeed, sink: LiveSink) => {
  const ended: boolean[] = [];
  const errors: unknown[] = [];
  const stream = new LiveStream({
    ...{ feed, sink, after: undefined, expiresAt: undefined },
    onEnd: () => ended.push(true),
    onError: (error) => errors.push(error),
  });
  stream.start(0);
  return { stream, ended, errors };
};

describe('a stream to a client that reads nothing', () => {
  let server: Server;
  let client: Socket;
  let response: Response;

  beforeEach(async () => {
    const app = express();
    const answering = new Promise<Response>((resolve) => app.get('/', (_request, answer) => resolve(answer)));
    server = createServer(app);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    client = connect((server.address() as AddressInfo).port, '127.0.0.1');
    client.on('error', () => undefined);
    client.pause();
    client.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    response = await answering;
  });
  afterEach(() => {
    client.destroy();
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });

  /** Until neither end takes more. */
  const fill = async (sink: SseSink): Promise<void> => {
    for (let place = 1; sink.buffered() < 4_000_000; place += 1) {
      sink.entry(entryOf(place));
      await new Promise(setImmediate);
    }
  };

  it('is closed though the client never takes what was left', async () => {
    const sink = new SseSink(response, true);
    await fill(sink);
    const closed = once(response, 'close');
    sink.end('stopping');
    await closed;
    expect(response.writableFinished).toBe(false);
  });

  it('is cut off by the next sign of life', async () => {
    const sink = new SseSink(response, true);
    const { stream, ended } = begin(feedOf(nothing), sink);
    await new Promise(setImmediate); // it has missed nothing
    stream.beat(1);
    expect(ended).toEqual([]);
    await fill(sink);
    stream.beat(2);
    expect([ended, response.destroyed]).toEqual([[true], true]);
  });
});

describe('a stream to a client that does not take what it missed', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('is cut off after half a minute', async () => {
    const does: string[] = [];
    const note = (what: string) => () => void does.push(what);
    const sink: LiveSink = {
      ...{ entry: note('entry'), reset: note('reset'), ready: note('ready'), beat: note('beat') },
      ...{ end: note('end'), drop: note('drop') },
      buffered: () => 0,
      drained: () => Promise.withResolvers<undefined>().promise,
    };
    const pages = async function* (): ReturnType<LiveFeed['missed']> {
      yield [entryOf(1)];
      yield [entryOf(2)];
    };
    const { ended, errors } = begin(feedOf(pages), sink);
    await jest.advanceTimersByTimeAsync(29_000);
    expect(does).toEqual(['entry']);
    await jest.advanceTimersByTimeAsync(1_000);
    expect([does, ended, errors]).toEqual([['entry', 'drop'], [true], []]);
  });
});
