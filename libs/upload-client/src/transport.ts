import type { ProblemBody } from '@darkroom/contracts';
import { ApiError, NetworkError } from './api-error.ts';
import type { TokenSource } from './tokens.ts';

export interface ApiRequest {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
}

export type Send = <T>(path: string, request?: ApiRequest) => Promise<T>;

/**
 * A `fetch` that speaks the API's dialect: JSON, bearer token, one renewal on 401, problem+json as `ApiError`,
 * silence as `NetworkError`. An abort is thrown as it is.
 */
export function createTransport(base: string, tokens: TokenSource): Send {
  return async <T>(path: string, request: ApiRequest = {}) => {
    const token = await tokens.current();
    let answer = await attempt(base + path, request, token);
    if (answer.status === 401 && token !== undefined) {
      const fresh = await tokens.renew(token);
      if (fresh !== undefined) answer = await attempt(base + path, request, fresh);
    }
    const body = await readJson(answer);
    if (!answer.ok) {
      throw new ApiError(answer.status, (body ?? {}) as Partial<ProblemBody>, retryAfterMs(answer));
    }
    return body as T;
  };
}

async function attempt(url: string, request: ApiRequest, token: string | undefined): Promise<Response> {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (token !== undefined) headers['authorization'] = `Bearer ${token}`;
  if (request.body !== undefined) headers['content-type'] = 'application/json';
  try {
    return await fetch(url, {
      method: request.method ?? 'GET',
      headers,
      body: request.body === undefined ? null : JSON.stringify(request.body),
      signal: request.signal ?? null,
    });
  } catch (error) {
    if (request.signal?.aborted === true) throw error;
    throw new NetworkError(error);
  }
}

/** A proxy in between may answer with a page of its own: that is no body for us. */
async function readJson(answer: Response): Promise<unknown> {
  const text = await answer.text().catch(() => '');
  if (text === '') return undefined;
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
