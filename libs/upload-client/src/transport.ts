import type { ProblemBody } from './contract.ts';
import { ApiError, NetworkError } from './api-error.ts';
import type { TokenSource } from './tokens.ts';

export interface ApiRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly body?: unknown;
  readonly headers?: Headers;
  readonly signal?: AbortSignal | undefined;
}

type Headers = Readonly<Record<string, string>>;

/** Headers that go with every call, asked for anew each time: `traceparent`, or `X-Owner` for a service. */
export type MoreHeaders = () => Headers;

export type Send = <T>(path: string, request?: ApiRequest) => Promise<T>;

/** Asks the API and answers its answer, which is a good one. */
export type Ask = (path: string, request: ApiRequest) => Promise<Response>;

/**
 * A `fetch` that speaks the API's dialect: JSON, bearer token, one renewal on 401, problem+json as `ApiError`,
 * silence as `NetworkError`. An abort is thrown as it is.
 */
export function createTransport(base: string, tokens: TokenSource, more?: MoreHeaders): Send {
  const ask = createAsk(base, tokens, more);
  return async <T>(path: string, request: ApiRequest = {}) => (await readJson(await ask(path, request))) as T;
}

/** The same without reading the answer. */
export function createAsk(base: string, tokens: TokenSource, more?: MoreHeaders): Ask {
  return async (path, request) => {
    const url = base + path;
    const token = await tokens.current();
    let answer = await attempt(url, request, token, more);
    if (answer.status === 401 && token !== undefined) {
      const fresh = await tokens.renew(token);
      if (fresh !== undefined) answer = await attempt(url, request, fresh, more);
    }
    if (answer.ok) return answer;
    const problem = (await readJson(answer)) ?? {};
    throw new ApiError(answer.status, problem as Partial<ProblemBody>, retryAfterMs(answer));
  };
}

async function attempt(
  url: string,
  { method = 'GET', body, headers, signal }: ApiRequest,
  token: string | undefined,
  more: MoreHeaders | undefined,
): Promise<Response> {
  try {
    return await fetch(url, {
      method,
      headers: {
        accept: 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...more?.(),
        ...headers,
      },
      body: body === undefined ? null : JSON.stringify(body),
      signal: signal ?? null,
    });
  } catch (error) {
    if (signal?.aborted === true) throw error;
    throw new NetworkError(error);
  }
}

/** A proxy in between may answer with a page of its own: that is no body for us. */
async function readJson(answer: Response): Promise<unknown> {
  const text = await answer.text().catch(() => '');
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Seconds alone: what Darkroom sends. Across origins it is readable only where CORS exposes it. */
function retryAfterMs(answer: Response): number | undefined {
  const seconds = Number(answer.headers.get('retry-after') ?? NaN);
  return Number.isFinite(seconds) ? seconds * 1_000 : undefined;
}
