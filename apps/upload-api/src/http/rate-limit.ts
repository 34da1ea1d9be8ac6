import type { Request, Response } from 'express';
import ipaddr from 'ipaddr.js';
import type { RateLimiter, RateState } from '@darkroom/adapter-postgres';
import type { Logger } from '@darkroom/runtime';
import type { Caller } from './auth.ts';
import { HttpFault } from './problem.ts';

export interface RateLimits {
  /** Undefined: there is no such limit. */
  readonly user: RateLimiter | undefined;
  readonly address: RateLimiter | undefined;
}

/** Counts a call; throws 429 where there were too many. `caller` undefined: it came without a valid token. */
export type LimitCalls = (request: Request, response: Response, caller: Caller | undefined) => Promise<void>;

/** A call without a valid token weighs as much as so many others. */
const failureWeight = 10;

/**
 * Limits the calls of each user and of each address, over all processes of the API, and tells how much is left by the
 * headers `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers-10). Where the counts cannot be kept, calls
 * pass and it is logged: what limits serves the API, so it may not be what stops it.
 */
export function limitCalls({ user, address }: RateLimits, logger: Logger): LimitCalls {
  const counted = async (limiter: RateLimiter, key: string, weight: number) => {
    try {
      return { limiter, state: await limiter.count(key, weight) };
    } catch (err) {
      logger.warn({ err, limit: limiter.name }, 'calls cannot be counted, and pass');
      return undefined;
    }
  };
  return async (request, response, caller) => {
    const weight = caller === undefined ? failureWeight : 1;
    const counts = await Promise.all([
      user === undefined || caller === undefined ? undefined : counted(user, caller.ownerId, weight),
      address === undefined ? undefined : counted(address, networkOf(request.ip), weight),
    ]);
    const known = counts.filter((count) => count !== undefined);
    if (known.length === 0) return;
    response.setHeader(
      'RateLimit-Policy',
      known.map(({ limiter: { name, perMinute } }) => `"${name}";q=${perMinute};w=60`).join(', '),
    );
    response.setHeader(
      'RateLimit',
      known.map(({ limiter, state }) => `"${limiter.name}";r=${state.left};t=${secondsOf(state)}`).join(', '),
    );
    const exceeded = known.filter(({ state }) => !state.allowed);
    if (exceeded.length > 0) throw tooMany(exceeded);
  };
}

const secondsOf = ({ resetMs }: RateState): number => Math.max(1, Math.ceil(resetMs / 1_000));

function tooMany(
  exceeded: readonly { readonly limiter: RateLimiter; readonly state: RateState }[],
): HttpFault {
  const seconds = Math.max(...exceeded.map(({ state }) => secondsOf(state)));
  const limits = exceeded.map(({ limiter }) => `${limiter.perMinute} a minute for each ${limiter.name}`);
  return new HttpFault(
    429,
    'rate_limited',
    `Too many calls: at most ${limits.join(', and ')}. Go on in ${seconds} s.`,
    { 'Retry-After': String(seconds) },
  );
}

/** An IPv6 customer has a network of /64 at least, and every address in it. */
function networkOf(ip: string | undefined): string {
  if (ip === undefined || !ipaddr.isValid(ip)) return 'unknown'; // the connection is gone
  const address = ipaddr.process(ip); // an IPv4 address within IPv6 is one of IPv4
  return address.toByteArray().slice(0, 8).join('.');
}
