import { context, propagation, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Request, RequestHandler, Response } from 'express';
import { traceparentOf } from '@darkroom/kernel';
import type { Logger, Metrics } from '@darkroom/runtime';

/**
 * One span, one log line and one measurement per call (OpenTelemetry semantic conventions, "HTTP server"). It goes on with the trace that
 * the client began, and tells the client of its own place in `traceresponse` (W3C Trace Context, level 2 draft), so that
 * calls which belong together can be one trace. Neither carries the query, which may hold what people search for.
 */
export function observeRequests(logger: Logger, metrics: Metrics): RequestHandler {
  return (request, response, next) => {
    const { method } = request;
    if (method === 'OPTIONS') {
      next();
      return;
    }
    const startedAt = performance.now();
    const path = request.originalUrl.split('?', 1)[0] ?? '';
    const imageId = imageIdIn(path);
    const parent = propagation.extract(ROOT_CONTEXT, request.headers);
    const attributes = {
      'http.request.method': method,
      'url.path': path,
      'url.scheme': request.protocol,
      ...(imageId !== undefined && { 'darkroom.image.id': imageId }),
    };
    const span = trace.getTracer('darkroom').startSpan(method, { kind: SpanKind.SERVER, attributes }, parent);
    const traceparent = span.isRecording() ? traceparentOf(span.spanContext()) : null;
    if (traceparent !== null) response.setHeader('traceresponse', traceparent);
    const inside = trace.setSpan(parent, span);
    response.once('close', () => {
      const { statusCode: status } = response;
      const route = routeOf(request);
      if (route !== undefined) span.updateName(`${method} ${route}`).setAttribute('http.route', route);
      span.setAttribute('http.response.status_code', status);
      if (status >= 500)
        span.setStatus({ code: SpanStatusCode.ERROR }).setAttribute('error.type', String(status));
      span.end();
      const tookMs = performance.now() - startedAt;
      if (!isStream(response)) {
        const labels = { method: known(method), route: route ?? 'none', status: String(status) };
        metrics.observe('darkroom_http_request_duration_seconds', labels, tookMs / 1_000);
      }
      const line = {
        method,
        path,
        status,
        ms: Math.round(tookMs),
        ...(imageId !== undefined && { image_id: imageId }),
      };
      context.with(inside, () => logger.debug(line, 'request'));
    });
    context.with(inside, next);
  };
}

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']);
const known = (method: string): string => (methods.has(method) ? method : 'other');

/** A stream stays open for as long as somebody looks: that is no time to answer. */
function isStream(response: Response): boolean {
  return String(response.getHeader('content-type')).startsWith('text/event-stream');
}

/** The pattern of the route that took the call, such as `/api/images/:id`. */
function routeOf({ route, originalUrl }: Request): string | undefined {
  const path: unknown = (route as { path?: unknown } | undefined)?.path;
  if (typeof path !== 'string') return undefined;
  return `${/^\/api(?:\/|\?|$)/i.test(originalUrl) ? '/api' : ''}${path}`;
}

function imageIdIn(path: string): string | undefined {
  return /^\/api\/images\/(?:[a-z-]+\/)?([0-9a-f]{8}-[0-9a-f-]{27})(?:\/|$)/i.exec(path)?.[1]?.toLowerCase();
}
