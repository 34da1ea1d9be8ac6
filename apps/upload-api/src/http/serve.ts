import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';

export interface HttpServer {
  readonly port: number;
  /** Takes no more connections, finishes what is being answered, and cuts off what takes longer than `graceMs`. */
  close(graceMs: number): Promise<void>;
}

/** Longer than the idle time of common load balancers (60 s), so that they close first. */
const keepAliveMs = 65_000;

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
  closeWhatFallsIdle(server);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, ...(host === undefined ? {} : { host }) }, () => resolve());
  });
  return {
    port: (server.address() as AddressInfo).port,
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

/** What is answered while the server closes leaves its connection idle, which Node would keep for the next request. */
function closeWhatFallsIdle(server: Server): void {
  server.on('request', (_request, response) => {
    response.once('close', () => {
      if (!server.listening) setImmediate(() => server.closeIdleConnections()); // it is idle after this turn
    });
  });
}
