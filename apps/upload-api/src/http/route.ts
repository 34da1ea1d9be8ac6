import express, { Router, type Request, type RequestHandler, type Response } from 'express';
import type { z } from 'zod';
import { AppError, currentTraceparent, isAppError, isId } from '@darkroom/kernel';
import { callerOf, type Authenticate, type Caller } from './auth.ts';
import { isAmong } from './etag.ts';
import type { ProblemCode } from './openapi/problem-codes.ts';
import { HttpFault, invalidInput } from './problem.ts';
import { failureWeight, type LimitCalls } from './rate-limit.ts';
import { sayWhatIsWrong } from './say-what-is-wrong.ts';

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** One call as a route sees it: who makes it, and validated input. */
export interface Call<Q = unknown, B = unknown> {
  readonly caller: Caller;
  /** The path's `:id`, in lower case. Throws `not_found` where it cannot be an id. */
  id(): string;
  param(name: string): string;
  header(name: string): string | undefined;
  /** The query, by the route's own schema. */
  query(): Q;
  /** The JSON body, by the route's own schema; none counts as `{}`. */
  body(): Promise<B>;
  /** Fires when the client has gone. */
  readonly signal: AbortSignal;
  /** The W3C `traceparent` of the call's span, or of the request where none is made; null for one that is not valid. */
  readonly traceparent: string | null;
}

export type Answer<T = unknown> =
  /** `etag` names this state of what is answered (RFC 9110, 8.8.3). */
  | { readonly body: T; readonly etag?: string }
  | { readonly redirect: string }
  /** Takes the response over. What it throws before the first byte is answered as a problem. */
  | { readonly stream: (request: Request, response: Response) => Promise<void> };

/** What a call answers when all is well: every route has exactly one such status. */
export type Success<S extends z.ZodType> =
  | {
      readonly status: 200 | 201 | 202;
      readonly description: string;
      readonly schema: S;
      /** For the document, where the schema's own would mislead. */
      readonly example?: z.input<S>;
      /** Comes with an `ETag`; a GET can then be conditional. */
      readonly tagged?: true;
    }
  | { readonly status: 302; readonly description: string }
  | {
      readonly status: 200;
      readonly description: string;
      /** Server-sent events (HTML, 9.2). */
      readonly mediaType: 'text/event-stream';
      /** Of the JSON in `data`, by the name of the event. */
      readonly events: Readonly<Record<string, z.ZodType>>;
    };

/**
 * A route, and all that the OpenAPI document tells of it. The schemas are the ones that input is validated by, so that
 * the document cannot say something else.
 */
export interface Route<
  Q extends z.ZodType = z.ZodType,
  B extends z.ZodType = z.ZodType,
  S extends z.ZodType = z.ZodType,
> {
  readonly methods: readonly Method[];
  readonly path: string;
  /** `anyone`: no token is asked for. */
  readonly access: 'user' | 'admin' | 'anyone';
  /** Whether `?ticket=` does instead of a token, for clients that can send no headers. */
  readonly byTicket?: boolean;
  readonly operationId: string;
  readonly tag: 'Uploads' | 'Images' | 'Live' | 'Categories' | 'Quotas' | 'Webhooks' | 'Operations' | 'Local';
  readonly summary: string;
  readonly description?: string;
  /** Schemas of what stands in the path, by name. */
  readonly params?: Readonly<Record<string, z.ZodType>>;
  /** Schemas of request headers of its own, by name. */
  readonly headers?: Readonly<Record<string, z.ZodType>>;
  readonly query?: Q;
  readonly body?: B;
  readonly success: Success<S>;
  /** Codes of its own, beside those that every call of its kind may answer. */
  readonly problems?: readonly ProblemCode[];
  handle(call: Call<z.output<Q>, z.output<B>>): Promise<Answer<z.input<S>>>;
}

/** Lets the types of query, body and answer follow from the schemas. */
export function defineRoute<Q extends z.ZodType, B extends z.ZodType, S extends z.ZodType>(
  route: Route<Q, B, S>,
): Route {
  return route;
}

export const bodyLimitBytes = 256 * 1024;
const parseJson = express.json({
  limit: bodyLimitBytes,
  type: ['application/json', 'application/*+json'],
});

/** Throws `unauthenticated` for a ticket that is none, has been used or has expired. */
export type RedeemTicket = (ticket: string) => Promise<Caller>;

/** A router for these routes; a method that a path does not know is 405 with `Allow`. */
export function createRouter(
  routes: readonly Route[],
  authenticate: Authenticate,
  redeem?: RedeemTicket,
  limit?: LimitCalls,
): Router {
  const router = Router();
  const admit = admission(authenticate, redeem, limit);
  const byPath = Map.groupBy(routes, ({ path }) => path);
  for (const [path, group] of byPath) {
    const resource = router.route(path);
    for (const route of group) {
      for (const method of route.methods) resource[method](handlerOf(route, admit));
    }
    resource.all(methodNotAllowed(group.flatMap(({ methods }) => methods)));
  }
  return router;
}

/** Answers OPTIONS with `Allow`, and refuses every other method. */
export function methodNotAllowed(methods: readonly Method[]): RequestHandler {
  const names = methods.map((method) => method.toUpperCase());
  const allow = [...names, ...(names.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ');
  return (request, response) => {
    if (request.method !== 'OPTIONS') {
      throw new HttpFault(
        405,
        'method_not_allowed',
        `${request.method} is not possible here; use ${allow}.`,
        {
          Allow: allow,
        },
      );
    }
    response.status(204).setHeader('Allow', allow).end();
  };
}

/** For whom a call is made, once it has been counted. */
type Admit = (route: Route, request: Request, response: Response) => Promise<Caller>;

/**
 * Every call is counted before anything else is asked of it: by whoever sends it, and not for the owner that it names. One
 * by ticket counts for the address alone, since its ticket has been counted for the user.
 */
function admission(
  authenticate: Authenticate,
  redeem: RedeemTicket | undefined,
  limit: LimitCalls | undefined,
): Admit {
  return async (route, request, response) => {
    const counted = async <T>(work: Promise<T>): Promise<T> => {
      try {
        return await work;
      } catch (error) {
        const weight = isAppError(error, 'unauthenticated') ? failureWeight : 1;
        await limit?.(request, response, { weight });
        throw error;
      }
    };
    const { ticket } = request.query;
    const { authorization } = request.headers;
    // HEAD opens no stream, and must leave the ticket to the GET that does
    const byTicket = route.byTicket === true && authorization === undefined && request.method === 'GET';
    if (byTicket && typeof ticket === 'string' && redeem !== undefined) {
      const caller = await counted(redeem(ticket));
      await limit?.(request, response);
      return caller;
    }
    const principal = await counted(authenticate(authorization));
    await limit?.(request, response, { subject: principal.subject });
    return callerOf(principal, route.access === 'anyone' ? undefined : request.get('x-owner'));
  };
}

function handlerOf(route: Route, admit: Admit): RequestHandler {
  return async (request, response) => {
    const caller = await admit(route, request, response);
    if (route.access === 'admin' && !caller.isAdmin) {
      throw new AppError('forbidden', 'This is for admins.');
    }
    const answer = await route.handle(callOf(route, request, response, caller));
    if ('stream' in answer) await answer.stream(request, response);
    else if ('redirect' in answer) response.status(302).setHeader('Location', answer.redirect).end();
    else if (answer.etag === undefined) response.status(route.success.status).json(answer.body);
    else {
      response.setHeader('ETag', answer.etag);
      const known = route.methods.includes('get') && isAmong(request.get('if-none-match'), answer.etag);
      if (known) response.status(304).end();
      else response.status(route.success.status).json(answer.body);
    }
  };
}

function callOf({ query, body }: Route, request: Request, response: Response, caller: Caller): Call {
  const gone = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) gone.abort();
  });
  const param = (name: string): string => {
    const value = request.params[name];
    return typeof value === 'string' ? value : '';
  };
  return {
    caller,
    param,
    header: (name) => request.get(name),
    id: () => {
      const id = param('id');
      if (!isId(id)) throw new AppError('not_found', 'There is no such image.');
      return id.toLowerCase();
    },
    query: () => parse(query, withoutBlanks(request.query), 'query'),
    body: async () => parse(body, await readBody(request, response), 'body'),
    signal: gone.signal,
    traceparent: currentTraceparent() ?? traceparentOf(request.get('traceparent')),
  };
}

function parse(schema: z.ZodType | undefined, input: unknown, what: 'body' | 'query'): unknown {
  if (schema === undefined) throw new TypeError(`the route declares no schema of its ${what}`);
  const result = schema.safeParse(input, { error: sayWhatIsWrong });
  if (!result.success) throw invalidInput(what, result.error);
  return result.data;
}

/** Forms send every field of a filter, filled or not: an empty one is none. */
function withoutBlanks(query: Request['query']): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(query).flatMap(([name, value]) => {
      const kept = Array.isArray(value) ? value.filter((item) => item !== '') : value;
      return kept === '' || (Array.isArray(kept) && kept.length === 0) ? [] : [[name, kept]];
    }),
  );
}

async function readBody(request: Request, response: Response): Promise<unknown> {
  await new Promise<void>((resolve, reject) => {
    parseJson(request, response, (error: unknown) => {
      if (error === undefined || error === null) resolve();
      else reject(error instanceof Error ? error : new Error(String(error)));
    });
  });
  const body: unknown = request.body;
  const sent =
    request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;
  if (body === undefined && sent) {
    throw new HttpFault(
      415,
      'unsupported_media_type',
      'Send the body as JSON, with "Content-Type: application/json".',
    );
  }
  return body ?? {};
}

/** W3C Trace Context, version 00; anything else is as good as none. */
function traceparentOf(header: string | undefined): string | null {
  const match = /^00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$/.exec(header ?? '');
  if (match === null || /^0+$/.test(match[1] ?? '') || /^0+$/.test(match[2] ?? '')) return null;
  return match[0];
}
