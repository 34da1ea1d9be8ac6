import { openSpan, traceparentOf } from '@darkroom/kernel';

/**
 * The span of a long poll that brought messages (OpenTelemetry semantic conventions, "Amazon SQS"), in a trace of its own:
 * what traces they belong to shows when they are looked at. Answers its `traceparent`.
 */
export function traceReceive(queue: string, messages: number, startTime: Date): string | null {
  if (messages === 0) return null;
  const span = openSpan(`receive ${queue}`, {
    kind: 'client',
    parent: null,
    startTime,
    attributes: {
      'messaging.system': 'aws_sqs',
      'messaging.operation.name': 'receive',
      'messaging.operation.type': 'receive',
      'messaging.destination.name': queue,
      'messaging.batch.message_count': messages,
    },
  });
  span?.end();
  return span === undefined ? null : traceparentOf(span.spanContext());
}
