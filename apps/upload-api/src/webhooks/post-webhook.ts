import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import { isIPv6, type LookupFunction } from 'node:net';
import { redactText } from '@darkroom/runtime';
import { approveTarget, TargetRefused, type ApprovedTarget, type TargetPolicy } from './target.ts';

export interface WebhookRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What came of one request. */
export interface PostResult {
  /** HTTP status; null where no answer came. */
  readonly status: number | null;
  /** Why no answer came, in a few words; null where one did. */
  readonly error: string | null;
  /** How the answer begins; null where there is none, or it is no text. */
  readonly response: string | null;
  /** What `Retry-After` asks for, in milliseconds. */
  readonly retryAfterMs: number | null;
}

export interface PostOptions {
  readonly policy: TargetPolicy;
  /** For all of it, from the look at the name to the end of the answer, in milliseconds. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** An answer says enough by its beginning; what follows is not read. */
const excerptBytes = 1_024;

/**
 * Posts once, to an address that was looked at just now: the name is resolved once, and the connection goes to what it
 * resolved to. Follows no redirect, uses no proxy, reads little. Never throws.
 */
export async function postWebhook(sent: WebhookRequest, options: PostOptions): Promise<PostResult> {
  const timeout = AbortSignal.timeout(options.timeoutMs);
  const signal = AbortSignal.any([options.signal, timeout]);
  try {
    const target = await orAborted(approveTarget(sent.url, options.policy), signal);
    const response = await answerOf(target, sent, signal);
    return {
      status: response.statusCode ?? null,
      error: null,
      response: await excerptOf(response),
      retryAfterMs: retryAfterMs(response.headers['retry-after'], Date.now()),
    };
  } catch (error) {
    return { status: null, error: reasonOf(error, timeout, options), response: null, retryAfterMs: null };
  }
}

function answerOf(
  { url, addresses }: ApprovedTarget,
  { headers, body }: WebhookRequest,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const bytes = Buffer.from(body);
  const options: RequestOptions = {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'content-length': String(bytes.length),
      'user-agent': 'Darkroom-Webhooks',
      ...headers,
    },
    agent: false, // a connection of its own, which ends with the answer
    lookup: pinnedTo(addresses),
    maxHeaderSize: 16_384,
    signal,
  };
  return new Promise((resolve, reject) => {
    const request: ClientRequest =
      url.protocol === 'https:' ? httpsRequest(url, options) : httpRequest(url, options);
    request.once('error', reject);
    request.once('response', (response) => {
      request.on('error', () => undefined); // from here on the excerpt meets them
      resolve(response);
    });
    request.end(bytes);
  });
}

/** Answers what was approved, whatever is asked: between the look and the connection a name may get other addresses. */
function pinnedTo(addresses: readonly string[]): LookupFunction {
  const all = addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }));
  return (_hostname, options, callback) => {
    const [first] = all;
    if (options.all === true) callback(null, all);
    else callback(null, first?.address ?? '', first?.family);
  };
}

/** The status stands already, so an answer that ends badly is read as far as it came. */
async function excerptOf(response: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= excerptBytes) break;
    }
  } catch {
    // Cut off: what came is told
  }
  response.destroy();
  const text = new TextDecoder().decode(Buffer.concat(chunks).subarray(0, excerptBytes), { stream: true });
  return readable(text);
}

/** Text that can be stored and shown. A receiver may echo what it got: signatures and secrets are taken out. */
function readable(text: string): string | null {
  const plain = redactText(text)
    .replace(/\bv1,[A-Za-z0-9+/=]{20,}/g, 'v1,[redacted]')
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, '')
    .toWellFormed()
    .trim();
  return plain === '' ? null : plain;
}

/** Seconds or a date (RFC 9110, 10.2.3). */
export function retryAfterMs(header: string | undefined, nowMs: number): number | null {
  if (header === undefined) return null;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1_000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, at - nowMs);
}

async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(new Error('aborted'));
  signal.addEventListener('abort', abort, { once: true });
  try {
    signal.throwIfAborted();
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** By its code: messages of the network may carry addresses that an owner has no business to know. */
function reasonOf(error: unknown, timeout: AbortSignal, { signal, timeoutMs }: PostOptions): string {
  if (signal.aborted) return 'interrupted: the sender stopped';
  if (timeout.aborted) return `no answer within ${timeoutMs} ms`;
  if (error instanceof TargetRefused) return `not sent: ${error.message}`;
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  const { code } = (first ?? {}) as { code?: unknown };
  return typeof code === 'string' ? `no connection: ${code}` : 'no connection';
}
