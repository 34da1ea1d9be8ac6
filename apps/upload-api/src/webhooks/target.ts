import { Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';
import { kindOfAddress, type AddressRange } from './address-policy.ts';

/** All addresses of a host name. Throws where it has none, or nobody knows. */
export type ResolveHost = (hostname: string) => Promise<readonly string[]>;

/** Where webhooks may go, and how names become addresses. */
export interface TargetPolicy {
  readonly allowed: readonly AddressRange[];
  readonly resolve: ResolveHost;
}

/** A target that was looked at: connect to these addresses and no others. */
export interface ApprovedTarget {
  readonly url: URL;
  readonly addresses: readonly string[];
}

/** Why nothing is sent to a URL, in a sentence for whoever gave it. */
export class TargetRefused extends Error {
  override readonly name = 'TargetRefused';
}

/**
 * Looks at a URL and resolves its host, once. Throws {@link TargetRefused} unless all of its addresses may be reached:
 * public ones by https, those that the settings allow by http as well.
 */
export async function approveTarget(
  text: string,
  { allowed, resolve }: TargetPolicy,
): Promise<ApprovedTarget> {
  const url = parse(text);
  const hostname = url.hostname.replace(/^\[|\]$/g, '');
  const addresses = isIP(hostname) === 0 ? await addressesOf(hostname, resolve) : [hostname];
  const kinds = addresses.map((address) => kindOfAddress(address, allowed));
  if (kinds.includes('refused')) {
    throw new TargetRefused('its host is not at a public address');
  }
  if (url.protocol === 'http:' && kinds.includes('public')) {
    throw new TargetRefused('it must begin with https://');
  }
  return { url, addresses };
}

/** WHATWG URLs know one spelling of each IPv4 address: decimal, octal and hexadecimal ones come out dotted. */
function parse(text: string): URL {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw new TargetRefused('it must begin with https://');
  }
  if (url.username !== '' || url.password !== '') {
    throw new TargetRefused('it must carry no user name and no password');
  }
  if (url.port !== '' && Number(url.port) < 1_024) {
    throw new TargetRefused('its port must be the usual one, or 1024 and above');
  }
  url.hash = '';
  return url;
}

async function addressesOf(hostname: string, resolve: ResolveHost): Promise<readonly string[]> {
  const found = await resolve(hostname).catch((error: unknown) => {
    throw new TargetRefused('its host cannot be found', { cause: error });
  });
  if (found.length === 0) throw new TargetRefused('its host cannot be found');
  return found;
}

const longestLookMs = 5_000;

/**
 * Asks the name servers of the system. Not `getaddrinfo`: it has few threads, shared with all file access, and one slow
 * name server would hold them. `localhost` is this machine (RFC 6761); hosts files are not read.
 */
export function dnsResolver(servers?: readonly string[]): ResolveHost {
  return async (hostname) => {
    if (/^(?:.*\.)?localhost\.?$/i.test(hostname)) return ['127.0.0.1', '::1'];
    const resolver = new Resolver({ timeout: 2_000, tries: 2 });
    if (servers !== undefined) resolver.setServers(servers);
    const late = setTimeout(() => resolver.cancel(), longestLookMs);
    const answers = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
    clearTimeout(late);
    const found = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
    const [first] = answers;
    if (found.length === 0 && first.status === 'rejected') throw first.reason;
    return found;
  };
}
