import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import type { Express, Request } from 'express';

/** What Express takes for `trust proxy`: how many proxies stand before us, or which addresses they have. */
export type TrustedProxies = number | readonly string[];

const names = ['loopback', 'linklocal', 'uniquelocal'];

/** A number of proxies, or addresses, networks and names of networks; undefined for what is none of these. */
export function parseTrustedProxies(text: string): TrustedProxies | undefined {
  if (/^\d{1,2}$/.test(text.trim())) return Number(text);
  const items = text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
  return items.every(isProxy) ? items : undefined;
}

function isProxy(item: string): boolean {
  if (names.includes(item)) return true;
  const [, address = '', prefix] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(item) ?? [];
  const family = isIP(address);
  return family !== 0 && (prefix === undefined || Number(prefix) <= (family === 4 ? 32 : 128));
}

/** From where a request comes that Express does not see, by the same rule as for those that it does. */
export function addressOf(app: Express, { headers, socket }: IncomingMessage): string | undefined {
  const request = Object.create(app.request) as Request;
  return Object.assign(request, { headers, socket }).ip;
}
