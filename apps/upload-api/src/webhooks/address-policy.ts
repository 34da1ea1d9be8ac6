import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;
export type AddressRange = readonly [Address, number];

/** What `WEBHOOK_ALLOW_PRIVATE=true` stands for: this machine, and networks of one's own (RFC 1918, RFC 4193). */
const ownNetworks = ['127.0.0.0/8', '::1/128', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'];
/**
 * Where clouds answer machines of their own with credentials and settings. Some lie in networks that many allow, and some
 * among public addresses: each must be named by itself.
 */
const metadataServices = [
  '169.254.169.254', // AWS, Google, Azure, Oracle, DigitalOcean and others
  'fd00:ec2::254', // AWS
  '169.254.170.2', // AWS ECS
  '169.254.170.23', // AWS EKS
  'fd00:ec2::23', // AWS EKS
  'fd20:ce::254', // Google
  '168.63.129.16', // Azure
  '100.100.100.200', // Alibaba
  '192.0.0.192', // Oracle, once
  'fd00:42::42', // Scaleway
].map((address) => ipaddr.parse(address));

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
 * private, shared, local, reserved, mapped, translated or tunnelled, and no metadata service of a cloud. Of those, only one
 * that is allowed as a network of its own (`/32`, `/128`) is reached. An IPv4 address within an IPv6 one (`::ffff:`) is
 * taken for what it is.
 */
export function kindOfAddress(text: string, allowed: readonly AddressRange[]): AddressKind {
  if (!ipaddr.isValid(text)) return 'refused';
  const address = ipaddr.process(text);
  const isMetadata = metadataServices.some((service) => isSame(service, address));
  const ranges = isMetadata ? allowed.filter(([, bits]) => bits === bitsOf(address)) : allowed;
  if (ranges.some((range) => isWithin(address, range))) return 'allowed';
  if (isMetadata) return 'refused';
  const isGlobal = address instanceof ipaddr.IPv4 || isWithin(address, globalIpv6);
  return isGlobal && address.range() === 'unicast' ? 'public' : 'refused';
}

const bitsOf = (address: Address): number => (address instanceof ipaddr.IPv4 ? 32 : 128);

const isSame = (a: Address, b: Address): boolean => isWithin(b, [a, bitsOf(a)]);

function isWithin(address: Address, [network, bits]: AddressRange): boolean {
  if (address instanceof ipaddr.IPv4) {
    return network instanceof ipaddr.IPv4 && address.match(network, bits);
  }
  return network instanceof ipaddr.IPv6 && address.match(network, bits);
}
