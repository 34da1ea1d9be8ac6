import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
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
      });
      clearTimeout(late);
    },
  };
}
