import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Received {
  readonly id: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Receives webhooks on this machine; keeps those whose signature it can work out for itself, and refuses others. */
export async function receiveWebhooks() {
  const received: Received[] = [];
  let key: Buffer | undefined;
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const id = String(request.headers['webhook-id']);
    const signed = `${id}.${String(request.headers['webhook-timestamp'])}.${body}`;
    const ours = key && `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
    const known = request.headers['webhook-signature'] === ours;
    if (known) received.push({ id, ...(JSON.parse(body) as Omit<Received, 'id'>) });
    response.writeHead(known ? 204 : 401).end();
  }).listen(0);
  await once(server, 'listening');
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}/hook`,
    received: received as readonly Received[],
    trust: (secret: string): void => {
      key = Buffer.from(secret.replace('whsec_', ''), 'base64');
    },
    close: async (): Promise<void> => {
      server.close();
      await once(server, 'close');
    },
  };
}
