import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;
export type AddressRange = readonly [Address, number];

/** What `WEBHOOK_ALLOW_PRIVATE=true` stands for: this machine, and networks of one's own (RFC 1918, RFC 4193). */
const ownNetworks = ['127.0.0.0/8', '::1/128', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'];
/** Addresses of the Internet; what else `unicast` covers has no route there, or a meaning of its own. */
const globalIpv6 = ipaddr.parseCIDR('2000::/3');

/**
 * Ranges that webhooks may go to beside public addresses: none for `false`, one's own networks for `true`, else a
 * comma-separated list of CIDRs. Undefined where it is none of these.
 */
export function parseAllowedRanges(text: string): readonly AddressRange[] | undefined {
  if (text === 'false' || text === '0') return [];
  const list = text === 'true' || text === '1' ? ownNetworks : text.split(',').map((item) => item.trim());
  const valid = list.every((item) => ipaddr.isValidCIDR(item));
  return valid ? list.map((item) => ipaddr.parseCIDR(item)) : undefined;
}

/** `allowed`: private, and let through by the settings. */
export type AddressKind = 'public' | 'allowed' | 'refused';

/**
 * What an IP address (as text, in any spelling) is to webhooks. Public are global unicast addresses alone: nothing
 * private, shared, local, reserved, mapped, translated or tunnelled. An IPv4 address within an IPv6 one (`::ffff:`) is
 * taken for what it is.
 */
export function kindOfAddress(text: string, allowed: readonly AddressRange[]): AddressKind {
  if (!ipaddr.isValid(text)) return 'refused';
  const address = ipaddr.process(text);
  if (allowed.some((range) => isWithin(address, range))) return 'allowed';
  const isGlobal = address instanceof ipaddr.IPv4 || isWithin(address, globalIpv6);
  return isGlobal && address.range() === 'unicast' ? 'public' : 'refused';
}

function isWithin(address: Address, [network, bits]: AddressRange): boolean {
  if (address instanceof ipaddr.IPv4) {
    return network instanceof ipaddr.IPv4 && address.match(network, bits);
  }
  return network instanceof ipaddr.IPv6 && address.match(network, bits);
}
