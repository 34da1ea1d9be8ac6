import { isIP } from 'node:net';
import type { RequestHandler } from 'express';
import { SignJWT } from 'jose';
import { z } from 'zod';
import { HttpFault } from './problem.ts';
import { createRouter, defineRoute, type Route } from './route.ts';

export interface LocalSignIn {
  readonly secret: string;
  readonly issuer: string | undefined;
  readonly audience: string | undefined;
  readonly rolesClaim: string;
}

const path = '/local/token';
const tokenLifetime = '12h';
const bodySchema = z
  .object({
    sub: z.string().trim().min(1, 'give a name').max(255, 'at most 255 characters'),
    roles: z.array(z.string().max(64)).max(10).default([]),
  })
  .meta({ examples: [{ sub: 'alice', roles: ['admin'] }] });

/**
 * DANGER: POST `/local/token` gives a token for any name to whoever asks. It exists for "sign in as" of the local stack,
 * and only where LOCAL_SIGN_IN says so.
 */
export function localToken(options: LocalSignIn): RequestHandler[] {
  const anybody = { subject: 'anybody', isAdmin: false, isService: false, expiresAt: undefined };
  return [onlyByLocalName, createRouter([localTokenRoute(options)], () => Promise.resolve(anybody))];
}

export function localTokenRoute(options: LocalSignIn): Route {
  return defineRoute({
    methods: ['post'],
    path,
    access: 'anyone',
    operationId: 'signInAs',
    tag: 'Local',
    summary: 'Get a token for any name',
    description: 'Exists in the local stack alone, and only for calls to localhost or an IP address.',
    body: bodySchema,
    success: {
      status: 200,
      description: 'A token for twelve hours.',
      schema: z.object({ token: z.string() }),
      example: { token: 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJl' },
    },
    handle: async ({ body }) => {
      const { sub, roles } = await body();
      return { body: { token: await mint(options, sub, roles) } };
    },
  });
}

function mint({ secret, issuer, audience, rolesClaim }: LocalSignIn, sub: string, roles: readonly string[]) {
  const jwt = new SignJWT({ [rolesClaim]: roles })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(sub)
    .setIssuedAt()
    .setExpirationTime(tokenLifetime);
  if (issuer !== undefined) jwt.setIssuer(issuer);
  if (audience !== undefined) jwt.setAudience(audience);
  return jwt.sign(new TextEncoder().encode(secret));
}

/** A web page can give our address a host name of its own (DNS rebinding), but it cannot be an IP address. */
const onlyByLocalName: RequestHandler = (request, _response, next) => {
  if (request.path.toLowerCase().startsWith(path) && !isLocalName(request.hostname)) {
    throw new HttpFault(403, 'forbidden', 'Open this page by localhost or by an IP address.');
  }
  next();
};

/** `hostname` is undefined where a client sends no Host header, whatever its type says. */
function isLocalName(hostname: string | undefined): boolean {
  const name = (hostname ?? '').replace(/^\[|\]$/g, '');
  return name === 'localhost' || name.endsWith('.localhost') || isIP(name) !== 0;
}
