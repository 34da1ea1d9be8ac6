import { trace } from '@opentelemetry/api';

/** The span that is open here, as log lines name it; nothing where there is none. */
export function currentSpan(): object {
  const spanContext = trace.getActiveSpan()?.spanContext();
  return spanContext === undefined ? {} : { trace_id: spanContext.traceId, span_id: spanContext.spanId };
}
