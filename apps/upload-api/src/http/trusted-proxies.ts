import { isIP } from 'node:net';

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
