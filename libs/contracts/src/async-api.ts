import { z } from 'zod';
import { liveChannel } from './async-api-live.ts';
import { eventExamples } from './event-examples.ts';
import { eventSource, headersSchema, schemaUri } from './event-record.ts';
import { eventSchemas, type EventType, eventTypes } from './events.ts';
import { partitionCount } from './partition.ts';

const channel = 'images';
const kafkaBinding = '0.5.0';

/** When each event is sent. */
const summaries: Readonly<Record<EventType, string>> = {
  ImageUploaded: 'An upload was verified and accepted; both workers start here.',
  ImageRejected: 'An upload was refused, for the reason in `code`.',
  ImageVariantsGenerated: 'The variants of an image are in the store.',
  ImageMetadataExtracted: 'Size, colours and EXIF of an image are known.',
  ImageUpdated: 'The description of an image was changed.',
  ImageDeleted: 'An image was deleted; its `keys` stop being served.',
  ImageProcessingFailed: 'A task was given up after its last attempt.',
  ImageReprocessRequested: 'Somebody asked for tasks to be done again.',
};

/** AsyncAPI 3.0 of the events as both buses carry them, and of the WebSocket, from the schemas by which they are read. */
export function asyncApiDocument(): Readonly<Record<string, unknown>> {
  const messages = Object.fromEntries(eventTypes.map((type) => [type, messageOf(type)]));
  const inChannel = (type: EventType) => ({ $ref: `#/channels/${channel}/messages/${type}` });
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Darkroom events and live updates',
      version: '1',
      description:
        'Events are CloudEvents 1.0 in binary mode: attributes in `ce_` headers, JSON in the value. Delivered at least once, in ' +
        'order per image; `ce_sequence` counts 1, 2, 3 … per image and tells doubles and order. Events carry ids, ' +
        'sizes, types and keys: no file name, title, EXIF or position.',
      license: { name: 'MIT' },
    },
    defaultContentType: 'application/json',
    servers: {
      kafka: {
        host: 'kafka.example:9092',
        protocol: 'kafka',
        description: 'Your Kafka, where there is one.',
      },
      api: { host: 'photos.example', pathname: '/api', protocol: 'wss', description: 'upload-api.' },
    },
    channels: {
      [channel]: {
        servers: [{ $ref: '#/servers/kafka' }],
        description: 'One topic, whose name is a setting (`KAFKA_TOPIC`), or the event log in Postgres.',
        messages: Object.fromEntries(
          eventTypes.map((type) => [type, { $ref: `#/components/messages/${type}` }]),
        ),
        bindings: { kafka: { partitions: partitionCount, bindingVersion: kafkaBinding } },
      },
      live: liveChannel.channel,
    },
    operations: {
      sendImageEvents: {
        action: 'send',
        channel: { $ref: `#/channels/${channel}` },
        summary: 'Tells of every change of an image.',
        messages: eventTypes.map(inChannel),
      },
      ...liveChannel.operations,
    },
    components: { messages: { ...messages, ...liveChannel.messages } },
  };
}

function messageOf(type: EventType): unknown {
  const headers = headersSchema.extend({
    ce_type: z.literal(type),
    ce_source: z.literal(eventSource),
    ce_dataschema: z.literal(schemaUri(type)),
    ce_partitionkey: z.uuid(),
  });
  return {
    name: type,
    summary: summaries[type],
    contentType: 'application/json',
    headers: jsonSchemaOf(headers),
    payload: jsonSchemaOf(eventSchemas[type]),
    examples: [{ payload: eventExamples[type] }],
    bindings: {
      kafka: {
        key: { type: 'string', format: 'uuid', description: 'Id of the image.' },
        bindingVersion: kafkaBinding,
      },
    },
  };
}

/** Draft 7, which AsyncAPI builds on. Fields may be added later, so that others are not forbidden. */
function jsonSchemaOf(schema: z.ZodType): unknown {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { target: 'draft-7', io: 'input' });
  return rest;
}
