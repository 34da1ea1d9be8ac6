import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { liveHelloSchema, type LiveEntryBody, type LiveHello, type LiveMessage } from '@darkroom/contracts';
import type { TimelineLog } from '@darkroom/domain';
import { isAppError } from '@darkroom/kernel';
import type { Logger } from '@darkroom/runtime';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import { callerOf, type Authenticate, type Principal } from '../auth.ts';
import { isAllowedOrigin } from '../cors-origins.ts';
import { HttpFault, problemOf } from '../problem.ts';
import { failureWeight, refusalOf, type CountCall } from '../rate-limit.ts';
import { ownerFeed, type StreamEntry } from './feeds.ts';
import type { LiveHub } from './live-hub.ts';
import type { EndReason, LiveSink } from './live-stream.ts';
import { entryBody } from './sse.ts';
import { WaitingRoom } from './waiting-room.ts';

export interface WebSocketDependencies {
  readonly hub: LiveHub;
  readonly timelineLog: TimelineLog;
  readonly authenticate: Authenticate;
  readonly countCall: CountCall;
  /** Where a client is, behind the proxies that are trusted. */
  readonly addressOf: (request: IncomingMessage) => string | undefined;
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

/** `closeTimeout` is not in the types of ws yet. */
const serverOptions = {
  noServer: true,
  maxPayload: maxPayloadBytes,
  perMessageDeflate: false,
  clientTracking: true,
  closeTimeout: goodbyeMs,
};

/** The stream over all of the caller's images as JSON messages, at `/api/ws`. */
export class LiveSockets {
  readonly #deps: WebSocketDependencies;
  readonly #server = new WebSocketServer(serverOptions);

  readonly #waiting = new WaitingRoom();

  constructor(deps: WebSocketDependencies) {
    this.#deps = deps;
  }

  /** For the `upgrade` event of the HTTP server. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    this.#admit(request, socket).then(
      (waiting) =>
        this.#server.handleUpgrade(request, socket, head, (client) => this.#greet(client, waiting)),
      (error: unknown) => refuseUpgrade(socket, error),
    );
  }

  /** Waits until all are closed, and cuts off those that do not answer. To be called after the hub has been closed. */
  async close(): Promise<void> {
    const clients = [...this.#server.clients];
    for (const client of clients) client.close(1001, 'stopping');
    const late = setTimeout(() => clients.forEach((client) => client.terminate()), goodbyeMs);
    await Promise.all(clients.map(hasClosed));
    clearTimeout(late);
  }

  /** Throws what is answered instead of an upgrade. */
  async #admit(request: IncomingMessage, socket: Duplex): Promise<Waiting> {
    const { hub, corsOrigins, countCall, addressOf } = this.#deps;
    const { url = '', headers } = request;
    const { origin, host, 'x-owner': xOwner } = headers;
    if (!/^\/api\/ws\/?(?:\?|$)/i.test(url)) {
      throw new HttpFault(404, 'no_such_path', 'There is nothing at this path.');
    }
    if (origin !== undefined && !isAllowedOrigin(origin, corsOrigins) && hostOf(origin) !== host) {
      throw new HttpFault(403, 'forbidden', 'Pages of this origin may not connect.');
    }
    const address = addressOf(request);
    const leave = this.#waiting.enter(address);
    socket.once('close', leave);
    const refusal = refusalOf(await countCall({ address }));
    if (refusal !== undefined) throw refusal;
    if (!hub.hasRoom()) {
      throw new HttpFault(503, 'streams_exhausted', 'There is no room for another stream.');
    }
    return { address, leave, xOwner: typeof xOwner === 'string' ? xOwner : undefined };
  }

  #greet(client: WebSocket, waiting: Waiting): void {
    client.on('error', () => undefined); // it closes, which is told separately
    const impatience = setTimeout(
      () => client.close(closeCodes.noHello, 'no token came'),
      this.#deps.helloMs,
    );
    client.once('close', () => clearTimeout(impatience));
    client.once('message', (data, isBinary) => {
      clearTimeout(impatience);
      client.once('message', () => client.close(closeCodes.badMessage, 'nothing more is expected'));
      const hello = isBinary ? undefined : helloOf(data);
      if (hello === undefined) client.close(closeCodes.badMessage, 'send {"token": …} first');
      else this.#open(client, waiting, hello).catch((error: unknown) => this.#refuse(client, error));
    });
  }

  async #open(client: WebSocket, { address, leave, xOwner }: Waiting, hello: LiveHello): Promise<void> {
    const { hub, timelineLog } = this.#deps;
    const principal = await this.#principalOf(hello, address);
    const { ownerId, scope, expiresAt } = callerOf(principal, xOwner);
    const feed = ownerFeed(timelineLog, scope);
    const open = { feed, ownerId, after: hello.last_event_id, expiresAt };
    const stream = await hub.open(open, () => new WebSocketSink(client));
    leave(); // from now on it has a place among the streams
    if (client.readyState === client.OPEN) client.once('close', () => stream.closed());
    else stream.closed();
  }

  /** A hello counts as a call of its own does. */
  async #principalOf({ token }: LiveHello, address: string | undefined): Promise<Principal> {
    const { authenticate, countCall } = this.#deps;
    const principal = await authenticate(`Bearer ${token}`).catch(async (error: unknown) => {
      const weight = isAppError(error, 'unauthenticated') ? failureWeight : 1;
      await countCall({ address, weight });
      throw error;
    });
    const refusal = refusalOf(await countCall({ address, subject: principal.subject }));
    if (refusal !== undefined) throw refusal;
    return principal;
  }

  #refuse(client: WebSocket, error: unknown): void {
    const { status, body } = problemOf(error, false);
    if (status >= 500) this.#deps.logger.warn({ err: error }, 'a WebSocket could not be served');
    client.close(codeOfStatus[status] ?? tryAgainLater, body.code);
  }
}

/** A client on its way from the upgrade to its stream. */
interface Waiting {
  readonly address: string | undefined;
  /** Gives its place among those who wait back. */
  readonly leave: () => void;
  readonly xOwner: string | undefined;
}

/** Node no longer looks after a socket that asked for an upgrade: it must not stay open for a client that never ends it. */
function refuseUpgrade(socket: Duplex, error: unknown): void {
  const { status, headers } = problemOf(error, false);
  const lines = Object.entries({ ...headers, Connection: 'close', 'Content-Length': '0' });
  socket.once('finish', () => socket.destroy());
  socket.end(
    [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...lines.map((line) => line.join(': ')), '', ''].join(
      '\r\n',
    ),
  );
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
