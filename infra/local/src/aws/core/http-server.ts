import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface HttpEndpoint {
  readonly endpoint: string;
  readonly port: number;
  close(): Promise<void>;
}

/** Listens on loopback; `port` 0 takes a free one. Closing ends idle and open connections at once. */
export const listen = async (
  port: number,
  handle: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<HttpEndpoint> => {
  const server = createServer({ requestTimeout: 0, maxHeaderSize: 64 * 1024 }, handle);
  server.keepAliveTimeout = 65_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
  const taken = (server.address() as AddressInfo).port;
  return {
    endpoint: `http://127.0.0.1:${taken}`,
    port: taken,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
