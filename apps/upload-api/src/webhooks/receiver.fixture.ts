import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly headers: IncomingHttpHeaders &
    Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string>;
  readonly path: string;
  readonly body: string;
}

/** How a receiver answers; what it returns is the status of an empty answer. */
export type Respond = (
  received: Received,
  response: ServerResponse,
) => number | undefined | Promise<number | undefined>;

export interface Receiver {
  /** Such as `http://127.0.0.1:4711/hook`. */
  readonly url: string;
  readonly port: number;
  readonly received: readonly Received[];
  /** From now on it answers like this. */
  respond(how: Respond): void;
  /** Most requests that were open at once. */
  mostAtOnce(): number;
  close(): Promise<void>;
}

/** A receiver of webhooks with a real socket; answers 204 until it is told otherwise. */
export async function startReceiver(first: Respond = () => 204): Promise<Receiver> {
  const received: Received[] = [];
  let respond = first;
  let open = 0;
  let most = 0;
  const server = createServer(async (request, response) => {
    open += 1;
    most = Math.max(most, open);
    response.once('close', () => (open -= 1));
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const one = { headers: request.headers as Received['headers'], path: request.url ?? '', body };
    received.push(one);
    const status = await respond(one, response);
    if (status !== undefined) response.writeHead(status).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hook`,
    port,
    received,
    respond: (how) => {
      respond = how;
    },
    mostAtOnce: () => most,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
