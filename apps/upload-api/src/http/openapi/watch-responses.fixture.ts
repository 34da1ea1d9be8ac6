import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** A response as it left a server of this process. */
export interface SentResponse {
  /** Where it was asked for. */
  readonly host: string;
  readonly port: number;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  /** The media type, without its parameters. */
  readonly type: string | undefined;
  readonly hasHeader: (name: string) => boolean;
  readonly body: string;
}

const channel = 'http.server.request.start';

/**
 * Tells of every response that is sent whole at `port`, or at any port of this process, whoever asked for it and how. Answers
 * how to stop.
 */
export function watchResponses(port: number | undefined, onSent: (sent: SentResponse) => void): () => void {
  const onStart = (message: unknown): void => {
    const { request, response } = message as { request: IncomingMessage; response: ServerResponse };
    const { localAddress: host = '', localPort = 0 } = request.socket;
    if (port !== undefined && localPort !== port) return;
    const { method = '', url = '' } = request;
    const sent = (body: string) =>
      onSent({
        host,
        port: localPort,
        method,
        path: url.split('?', 1)[0] ?? '',
        status: response.statusCode,
        type: typeOf(response),
        hasHeader: (name) => response.hasHeader(name),
        body,
      });
    const end = response.end.bind(response) as (...args: unknown[]) => ServerResponse;
    const write = response.write.bind(response) as (...args: unknown[]) => boolean;
    let streamed: string | undefined;
    response.write = (...args: unknown[]) => {
      if (typeOf(response) === 'text/event-stream') {
        if (streamed === undefined) response.once('close', () => sent(streamed ?? '')); // cut off, or at its end
        streamed = (streamed ?? '') + textOf(args[0]);
      }
      return write(...args);
    };
    response.end = (...args: unknown[]) => {
      if (streamed === undefined) sent(textOf(args[0]));
      return end(...args);
    };
  };
  subscribe(channel, onStart);
  return () => void unsubscribe(channel, onStart);
}

function typeOf(response: ServerResponse): string | undefined {
  return String(response.getHeader('content-type') ?? '').split(';', 1)[0] || undefined;
}

function textOf(chunk: unknown): string {
  if (typeof chunk === 'string') return chunk;
  return chunk instanceof Uint8Array ? new TextDecoder().decode(chunk) : '';
}
