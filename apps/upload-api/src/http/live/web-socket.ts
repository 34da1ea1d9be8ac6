import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { liveHelloSchema, type LiveEntryBody, type LiveHello, type LiveMessage } from '@darkroom/contracts';
import type { TimelineLog } from '@darkroom/domain';
import type { Logger } from '@darkroom/runtime';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import { callerOf, type Authenticate } from '../auth.ts';
import { isAllowedOrigin } from '../cors-origins.ts';
import { problemOf } from '../problem.ts';
import { ownerFeed, type StreamEntry } from './feeds.ts';
import type { LiveHub } from './live-hub.ts';
import type { EndReason, LiveSink } from './live-stream.ts';
import { entryBody } from './sse.ts';

export interface WebSocketDependencies {
  readonly hub: LiveHub;
  readonly timelineLog: TimelineLog;
  readonly authenticate: Authenticate;
  readonly corsOrigins: readonly string[];
  /** Within which the first message must come, in milliseconds. */
  readonly helloMs: number;
  readonly logger: Logger;
}

/** Close codes of our own (RFC 6455, 7.4.2); docs/guide/live.md tells of all. */
const closeCodes = {
  badMessage: 4400,
  refused: 4401,
  forbidden: 4403,
  noHello: 4408,
  tooMany: 4429,
} as const;
const tryAgainLater = 1013;

/** The first message is a token, and nothing that a client sends is longer. */
const maxPayloadBytes = 20 * 1024;
/** For the closing handshake of clients that no longer answer, in milliseconds. */
const goodbyeMs = 1_000;

/** The stream over all of the caller's images as JSON messages, at `/api/ws`. */
export class LiveSockets {
  readonly #deps: WebSocketDependencies;
  readonly #server = new WebSocketServer({
    noServer: true,
    maxPayload: maxPayloadBytes,
    perMessageDeflate: false,
    clientTracking: true,
  });

  /** Clients that have not said yet who they are. */
  #unheard = 0;

  constructor(deps: WebSocketDependencies) {
    this.#deps = deps;
  }

  /** For the `upgrade` event of the HTTP server. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    const refusal = this.#refusalOf(request);
    if (refusal !== undefined) {
      socket.end(
        `HTTP/1.1 ${refusal} ${STATUS_CODES[refusal]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
      );
      return;
    }
    this.#server.handleUpgrade(request, socket, head, (client) => this.#greet(client, request));
  }

  /** Waits until all are closed, and cuts off those that do not answer. To be called after the hub has been closed. */
  async close(): Promise<void> {
    const clients = [...this.#server.clients];
    for (const client of clients) client.close(1001, 'stopping');
    const late = setTimeout(() => clients.forEach((client) => client.terminate()), goodbyeMs);
    await Promise.all(clients.map(hasClosed));
    clearTimeout(late);
  }

  #refusalOf({ url = '', headers: { origin, host } }: IncomingMessage): number | undefined {
    const { hub, corsOrigins } = this.#deps;
    if (!/^\/api\/ws\/?(?:\?|$)/i.test(url)) return 404;
    if (origin !== undefined && !isAllowedOrigin(origin, corsOrigins) && hostOf(origin) !== host) return 403;
    return hub.hasRoom(this.#unheard) ? undefined : 503;
  }

  #greet(client: WebSocket, request: IncomingMessage): void {
    client.on('error', () => undefined); // it closes, which is told separately
    const impatience = setTimeout(
      () => client.close(closeCodes.noHello, 'no token came'),
      this.#deps.helloMs,
    );
    let heard = false;
    const hear = (): void => {
      clearTimeout(impatience);
      if (!heard) this.#unheard -= 1;
      heard = true;
    };
    this.#unheard += 1;
    client.once('close', hear);
    client.once('message', (data, isBinary) => {
      hear();
      client.once('message', () => client.close(closeCodes.badMessage, 'nothing more is expected'));
      const hello = isBinary ? undefined : helloOf(data);
      if (hello === undefined) client.close(closeCodes.badMessage, 'send {"token": …} first');
      else this.#open(client, request, hello).catch((error: unknown) => this.#refuse(client, error));
    });
  }

  async #open(client: WebSocket, request: IncomingMessage, hello: LiveHello): Promise<void> {
    const { hub, timelineLog, authenticate } = this.#deps;
    const principal = await authenticate(`Bearer ${hello.token}`);
    const xOwner = request.headers['x-owner'];
    const { ownerId, scope, expiresAt } = callerOf(
      principal,
      typeof xOwner === 'string' ? xOwner : undefined,
    );
    const feed = ownerFeed(timelineLog, scope);
    const open = { feed, ownerId, after: hello.last_event_id, expiresAt };
    const stream = await hub.open(open, () => new WebSocketSink(client));
    if (client.readyState === client.OPEN) client.once('close', () => stream.closed());
    else stream.closed();
  }

  #refuse(client: WebSocket, error: unknown): void {
    const { status, body } = problemOf(error, false);
    if (status >= 500) this.#deps.logger.warn({ err: error }, 'a WebSocket could not be served');
    client.close(codeOfStatus[status] ?? tryAgainLater, body.code);
  }
}

const codeOfStatus: Readonly<Record<number, number>> = {
  401: closeCodes.refused,
  403: closeCodes.forbidden,
  422: closeCodes.badMessage,
  429: closeCodes.tooMany,
};

function hasClosed(client: WebSocket): Promise<void> {
  if (client.readyState === client.CLOSED) return Promise.resolve();
  return new Promise((resolve) => client.once('close', () => resolve()));
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}

function helloOf(data: RawData): LiveHello | undefined {
  try {
    return liveHelloSchema.safeParse(JSON.parse(String(data))).data;
  } catch {
    return undefined; // not JSON
  }
}

class WebSocketSink implements LiveSink {
  readonly #client: WebSocket;
  #sent: Promise<void> = Promise.resolve();
  #answered = true;

  constructor(client: WebSocket) {
    this.#client = client;
    client.on('pong', () => (this.#answered = true));
  }

  entry(entry: StreamEntry): void {
    this.#send({ ...(entryBody(entry, true) as LiveEntryBody), offset: entry.place });
  }

  reset(position: number): void {
    this.#send({ reset: { reason: 'pruned' }, offset: position });
  }

  ready(position: number | undefined): void {
    if (position !== undefined) this.#send({ offset: position });
  }

  /** Also looks whether the client is there: what it does not answer until the next time, it has not got. */
  beat(position: number | undefined): void {
    if (!this.#answered) {
      this.drop();
      return;
    }
    this.#answered = false;
    this.#client.ping();
    this.ready(position);
  }

  buffered(): number {
    return this.#client.bufferedAmount;
  }

  async drained(): Promise<void> {
    await this.#sent;
  }

  end(reason: EndReason): void {
    if (reason === 'stopping') this.#client.close(1001, reason);
    else if (reason === 'expired') this.#client.close(closeCodes.refused, reason);
    else this.#client.close(tryAgainLater, reason);
  }

  drop(): void {
    this.#client.terminate();
  }

  #send(message: LiveMessage): void {
    this.#sent = new Promise((resolve) => this.#client.send(JSON.stringify(message), () => resolve()));
  }
}
