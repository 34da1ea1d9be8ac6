import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One connection of a client, and what it asked for. */
export interface Connection {
  readonly path: string;
  readonly lastEventId: string | undefined;
  readonly token: string | undefined;
  /** Answers with a stream and writes to it as it stands. */
  write(text: string): void;
  refuse(status: number, headers?: Readonly<Record<string, string>>): void;
  json(body: unknown): void;
  /** Ends the answer as a server that shuts down does. */
  end(): void;
  /** Takes the connection away. */
  cut(): void;
  readonly closed: Promise<unknown>;
}

export interface EventServer {
  readonly base: string;
  /** The next connection that nobody has taken yet. */
  next(): Promise<Connection>;
  close(): Promise<void>;
}

/** An HTTP server whose every answer is the test's to give. */
export async function eventServer(): Promise<EventServer> {
  const waiting: ((connection: Connection) => void)[] = [];
  const arrived: Connection[] = [];
  const server = createServer((request, response) => {
    const connection = connectionOf(request, response);
    const taker = waiting.shift();
    if (taker === undefined) arrived.push(connection);
    else taker(connection);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    next: () => {
      const connection = arrived.shift();
      return connection === undefined
        ? new Promise((resolve) => waiting.push(resolve))
        : Promise.resolve(connection);
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function connectionOf(request: IncomingMessage, response: ServerResponse): Connection {
  const { url = '', headers } = request;
  const lastEventId = headers['last-event-id'];
  return {
    path: url,
    lastEventId: Array.isArray(lastEventId) ? lastEventId[0] : lastEventId,
    token: headers.authorization?.replace('Bearer ', ''),
    write: (text) => {
      if (!response.headersSent)
        response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
      response.write(text);
    },
    refuse: (status, more = {}) => {
      response
        .writeHead(status, { 'content-type': 'application/problem+json', ...more })
        .end('{"code":"no"}');
    },
    json: (body) => response.end(JSON.stringify(body)),
    end: () => response.end(),
    cut: () => request.destroy(),
    closed: once(response, 'close'),
  };
}
