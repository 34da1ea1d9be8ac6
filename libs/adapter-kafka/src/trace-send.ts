import { producerTraceparent, type EventRecord } from '@darkroom/contracts';
import { inSpan, openSpan, traceparentOf } from '@darkroom/kernel';

/**
 * Spans of one batch (OpenTelemetry semantic conventions, "Messaging spans"): `create` for each message, on the trace of its
 * event, and one `send` for all, in a trace of its own, with links to each. The messages keep the `traceparent` that
 * they were made with, and carry that of their `create` span beside it, for the reader to link to.
 */
export async function tracedSend(
  topic: string,
  partition: number,
  records: readonly EventRecord[],
  send: (traced: readonly EventRecord[]) => Promise<unknown>,
): Promise<void> {
  const attributes = {
    'messaging.system': 'kafka',
    'messaging.destination.name': topic,
    'messaging.destination.partition.id': String(partition),
  };
  const operation = (name: string) => ({
    'messaging.operation.name': name,
    'messaging.operation.type': name,
  });
  const spans = records.map(({ key, headers }) => {
    const { traceparent } = headers;
    if (traceparent === undefined) return undefined;
    const own = {
      ...attributes,
      ...operation('create'),
      'messaging.message.id': headers['ce_id'] ?? '',
      'darkroom.event.type': headers['ce_type'] ?? '',
      'darkroom.image.id': key ?? '',
    };
    return openSpan(`create ${topic}`, { kind: 'producer', parent: traceparent, attributes: own });
  });
  const created = spans.filter((span) => span !== undefined);
  const traced = records.map((record, n) => withProducer(record, spans[n]));
  const options = {
    kind: 'client',
    parent: null,
    links: created.map((span) => traceparentOf(span.spanContext())),
    attributes: { ...attributes, ...operation('send'), 'messaging.batch.message_count': records.length },
  } as const;
  try {
    await inSpan(`send ${topic}`, options, () => send(traced));
  } finally {
    for (const span of created) span.end();
  }
}

/** A span that nobody records is no place to lead a reader to. */
function withProducer(record: EventRecord, span: ReturnType<typeof openSpan>): EventRecord {
  const place = span?.isRecording() === true ? traceparentOf(span.spanContext()) : null;
  return place === null
    ? record
    : { ...record, headers: { ...record.headers, [producerTraceparent]: place } };
}
