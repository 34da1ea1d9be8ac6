import {
  createServer,
  STATUS_CODES,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Duplex } from 'node:stream';
import { HttpFault, problemOf } from './problem.ts';

export interface HttpServer {
  readonly port: number;
  /**
   * Resolves once all that is being answered now has been; cuts off what takes longer than `graceMs`. Connections are told that they end
   * with the answer that they wait for. Whoever connects still gets an answer, until `close`.
   */
  drain(graceMs: number): Promise<void>;
  /** Takes no more connections, finishes what is being answered, and cuts off what takes longer than `graceMs`. */
  close(graceMs: number): Promise<void>;
}

/** Longer than the idle time of common load balancers (60 s), so that they close first. */
const keepAliveMs = 65_000;

/** What was on its way by an idle connection when it was to close still gets its answer. */
const lingerMs = 500;

/** Takes over the socket of a request to speak another protocol. */
export type UpgradeListener = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** Resolves once the port is open. Rejects where it cannot be. */
export async function serve(
  listener: RequestListener,
  port: number,
  host: string | undefined,
  onUpgrade?: UpgradeListener,
): Promise<HttpServer> {
  const server = createServer({ keepAliveTimeout: keepAliveMs, requestTimeout: 60_000 }, listener);
  if (onUpgrade !== undefined) server.on('upgrade', onUpgrade);
  const unused = watchUnused(server);
  const connected = watchConnections(server);
  const answering = watchAnswers(server);
  closeWhatFallsIdle(server);
  answerWhatCannotBeRead(server, answering);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, ...(host === undefined ? {} : { host }) }, () => resolve());
  });
  return {
    port: (server.address() as AddressInfo).port,
    drain: async (graceMs) => {
      const late = setTimeout(() => server.closeAllConnections(), graceMs);
      for (const response of answering) if (!response.headersSent) response.setHeader('Connection', 'close');
      await ended(answering);
      await Promise.race([ended(connected), delay(Math.min(lingerMs, graceMs), undefined, { ref: false })]);
      await ended(answering);
      clearTimeout(late);
    },
    close: async (graceMs) => {
      const late = setTimeout(() => server.closeAllConnections(), graceMs);
      await new Promise((resolve) => {
        server.close(resolve); // closes idle connections as well
        for (const socket of unused) socket.destroy();
      });
      clearTimeout(late);
    },
  };
}

/**
 * Connections on which nothing has been asked yet, as browsers open them in advance. Node takes them for busy ones, and
 * would wait for them.
 */
function watchUnused(server: Server): ReadonlySet<Socket> {
  const unused = new Set<Socket>();
  const used = ({ socket }: IncomingMessage) => void unused.delete(socket);
  server.on('connection', (socket) => {
    unused.add(socket);
    socket.once('close', () => unused.delete(socket));
  });
  server.on('request', used);
  return unused;
}

/** What Node's parser refuses never becomes a request: it is answered here, with a problem as everything else is. */
function answerWhatCannotBeRead(server: Server, answering: ReadonlySet<ServerResponse>): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const begun = [...answering].some((response) => response.socket === socket && response.headersSent);
    if (!socket.writable || begun || error.code === 'ECONNRESET') {
      socket.destroy();
      return;
    }
    const { status, body } = problemOf(unreadable(error), false);
    const text = JSON.stringify(body);
    const headers = [
      'Content-Type: application/problem+json',
      `Content-Length: ${Buffer.byteLength(text)}`,
      'Connection: close',
    ];
    socket.once('finish', () => socket.destroy());
    socket.end([`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...headers, '', text].join('\r\n'));
  });
}

function unreadable({ code }: NodeJS.ErrnoException): HttpFault {
  if (code === 'HPE_HEADER_OVERFLOW') {
    return new HttpFault(431, 'headers_too_large', 'The headers are larger than 16 KiB in all.');
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return new HttpFault(408, 'request_timeout', 'The request did not come in time.');
  }
  return new HttpFault(400, 'bad_request', 'This is no HTTP request that could be read.');
}

function watchConnections(server: Server): ReadonlySet<Socket> {
  const connected = new Set<Socket>();
  server.on('connection', (socket) => {
    connected.add(socket);
    socket.once('close', () => connected.delete(socket));
  });
  return connected;
}

/** Resolves when those that are there now have closed. */
async function ended(all: ReadonlySet<Socket | ServerResponse>): Promise<void> {
  await Promise.all(
    [...all].map((one) => new Promise<void>((resolve) => one.once('close', () => resolve()))),
  );
}

/** Requests that have come and whose answers are not at their end. */
function watchAnswers(server: Server): ReadonlySet<ServerResponse> {
  const answering = new Set<ServerResponse>();
  server.on('request', (_request, response) => {
    answering.add(response);
    response.once('close', () => answering.delete(response));
  });
  return answering;
}

/** What is answered while the server closes leaves its connection idle, which Node would keep for the next request. */
function closeWhatFallsIdle(server: Server): void {
  server.on('request', (_request, response) => {
    response.once('close', () => {
      if (!server.listening) setImmediate(() => server.closeIdleConnections()); // it is idle after this turn
    });
  });
}
