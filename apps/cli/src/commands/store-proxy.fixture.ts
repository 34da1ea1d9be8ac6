import { once } from 'node:events';
import {
  createServer,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestListener,
} from 'node:http';
import type { AddressInfo } from 'node:net';

export interface TestServer {
  readonly url: string;
  close(): Promise<void>;
}

export async function serveHttp(listener: RequestListener): Promise<TestServer> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export interface ProxyChanges {
  /** A status to answer with, in place of asking the store. */
  readonly refuse?: (request: IncomingMessage) => number | undefined;
  readonly headers?: (headers: IncomingHttpHeaders) => IncomingHttpHeaders;
}

/** Stands in front of a store, and tells of it what is not so. Signatures stay valid: the host is as it came. */
export function storeProxy(target: string, { refuse, headers }: ProxyChanges): Promise<TestServer> {
  const { hostname, port } = new URL(target);
  return serveHttp((request, response) => {
    const status = refuse?.(request);
    if (status !== undefined) {
      request.resume();
      request.once('end', () => response.writeHead(status).end());
      return;
    }
    const { method, url: path } = request;
    const asked = httpRequest({ hostname, port, method, path, headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, headers?.(answer.headers) ?? answer.headers);
      answer.pipe(response);
    });
    asked.on('error', () => response.destroy());
    request.pipe(asked);
  });
}
