import type { Request, Response } from 'express';
import ipaddr from 'ipaddr.js';
import type { RateLimiter, RateState } from '@darkroom/adapter-postgres';
import type { Logger } from '@darkroom/runtime';
import { HttpFault } from './problem.ts';

export interface RateLimits {
  /** Undefined: there is no such limit. */
  readonly user: RateLimiter | undefined;
  readonly address: RateLimiter | undefined;
}

export interface CountedCall {
  readonly address: string | undefined;
  /** Whose token it came with: who sends it, not for whom. Undefined: it came without a valid one, or with a ticket. */
  readonly subject?: string;
  readonly weight?: number;
}

interface Count {
  readonly limiter: RateLimiter;
  readonly state: RateState;
}

/** Counts a call, and answers what every limit that there is for it then says. */
export type CountCall = (call: CountedCall) => Promise<readonly Count[]>;

/** A call without a valid token weighs as much as so many others. */
export const failureWeight = 10;

/**
 * Limits the calls of each user and of each address, over all processes of the API. Where the counts cannot be kept, calls
 * pass and it is logged: what limits serves the API, so it may not be what stops it.
 */
export function countCalls({ user, address: byAddress }: RateLimits, logger: Logger): CountCall {
  const counted = async (limiter: RateLimiter, key: string, weight: number) => {
    try {
      return { limiter, state: await limiter.count(key, weight) };
    } catch (err) {
      logger.warn({ err, limit: limiter.name }, 'calls cannot be counted, and pass');
      return undefined;
    }
  };
  return async ({ address, subject, weight = 1 }) => {
    const counts = await Promise.all([
      user === undefined || subject === undefined ? undefined : counted(user, subject, weight),
      byAddress === undefined ? undefined : counted(byAddress, networkOf(address), weight),
    ]);
    return counts.filter((count) => count !== undefined);
  };
}

/** The 429 of a call that was one too many. */
export function refusalOf(counts: readonly Count[]): HttpFault | undefined {
  const exceeded = counts.filter(({ state }) => !state.allowed);
  return exceeded.length === 0 ? undefined : tooMany(exceeded);
}

/** Counts a request, and throws 429 where there were too many. */
export type LimitCalls = (
  request: Request,
  response: Response,
  call?: Omit<CountedCall, 'address'>,
) => Promise<void>;

/**
 * Tells how much is left by the headers `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers-10).
 */
export function limitCalls(count: CountCall): LimitCalls {
  return async (request, response, call) => {
    const counts = await count({ ...call, address: request.ip });
    if (counts.length === 0) return;
    response.setHeader(
      'RateLimit-Policy',
      counts.map(({ limiter: { name, perMinute } }) => `"${name}";q=${perMinute};w=60`).join(', '),
    );
    response.setHeader(
      'RateLimit',
      counts
        .map(({ limiter, state }) => `"${limiter.name}";r=${state.left};t=${secondsOf(state)}`)
        .join(', '),
    );
    const refusal = refusalOf(counts);
    if (refusal !== undefined) throw refusal;
  };
}

const secondsOf = ({ resetMs }: RateState): number => Math.max(1, Math.ceil(resetMs / 1_000));

function tooMany(exceeded: readonly Count[]): HttpFault {
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
export function networkOf(ip: string | undefined): string {
  if (ip === undefined || !ipaddr.isValid(ip)) return 'unknown'; // the connection is gone
  const address = ipaddr.process(ip); // an IPv4 address within IPv6 is one of IPv4
  return address.toByteArray().slice(0, 8).join('.');
}
