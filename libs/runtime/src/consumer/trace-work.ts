import { producerTraceparent, type EventBus, type EventType } from '@darkroom/contracts';
import type { SpanOptions } from '@darkroom/kernel';
import type { Work } from './work.ts';

/**
 * The span of one attempt at an event (OpenTelemetry semantic conventions, "Messaging spans": process). Its parent is
 * where the event was made, which its headers carry through the bus, a retry and the dead letters alike; a link leads to the span that sent it to Kafka.
 */
export function spanOfWork<T extends EventType>(
  bus: EventBus,
  group: string,
  { record, content, imageId, attempt }: Work<T>,
): [name: string, options: SpanOptions] {
  const event = content.ok ? content.event : undefined;
  return [
    `process ${bus.destination}`,
    {
      kind: 'consumer',
      parent: record.headers['traceparent'] ?? null,
      links: [record.headers[producerTraceparent]],
      attributes: {
        'messaging.system': bus.system,
        'messaging.operation.name': 'process',
        'messaging.operation.type': 'process',
        'messaging.destination.name': bus.destination,
        'messaging.destination.partition.id': String(record.partition),
        'messaging.consumer.group.name': group,
        ...(bus.system === 'kafka' && { 'messaging.kafka.offset': Number(record.offset) }),
        'darkroom.delivery.attempt': attempt,
        ...(imageId !== null && { 'darkroom.image.id': imageId }),
        ...(event !== undefined && {
          'messaging.message.id': event.id,
          'darkroom.event.type': event.type,
          'darkroom.event.sequence': event.imageSeq,
        }),
      },
    },
  ];
}
