import { z } from 'zod';
import { liveHelloSchema, liveMessageSchema } from './live.ts';
import { liveEntryExample, liveResetExample } from './response-examples.ts';

const [entry, reset, place] = liveMessageSchema.options;

const messages = {
  hello: {
    summary: "The client's first and only message, within ten seconds.",
    schema: liveHelloSchema,
    examples: [{ token: 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2ln', last_event_id: '4711' }],
  },
  entry: {
    summary: "Something happened to one of the caller's images.",
    schema: entry,
    examples: [{ ...liveEntryExample, offset: 4712 }],
  },
  reset: {
    summary: 'Something was missed for good; the stream goes on behind this offset.',
    schema: reset,
    examples: [{ reset: liveResetExample, offset: 4800 }],
  },
  place: {
    summary: 'The client has everything up to here: sent at once, and as a heartbeat.',
    schema: place,
    examples: [{ offset: 4801 }],
  },
} as const;
type LiveMessageName = keyof typeof messages;

const inChannel = (name: LiveMessageName) => ({ $ref: `#/channels/live/messages/${name}` });

/** The WebSocket, for the AsyncAPI document: channel, operations and messages, by their names. */
export const liveChannel = {
  channel: {
    address: '/ws',
    servers: [{ $ref: '#/servers/api' }],
    description:
      "The timeline of all of the caller's images, as it happens. A service or an admin names an owner by `X-Owner`. " +
      'Close codes: 4400 a message is not as here, 4401 the token is not valid or has expired, 4403 the caller may not ' +
      'act for this owner, 4408 no message came, 4429 the owner has too many streams open, 1001 the server stops, ' +
      '1009 the message was too large, 1013 try again later.',
    messages: Object.fromEntries(
      Object.keys(messages).map((name) => [name, { $ref: `#/components/messages/${name}` }]),
    ),
    bindings: { ws: { method: 'GET', bindingVersion: '0.1.0' } },
  },
  operations: {
    receiveHello: {
      action: 'receive',
      channel: { $ref: '#/channels/live' },
      summary: 'Learns who the client is, and where it goes on.',
      messages: [inChannel('hello')],
    },
    sendLive: {
      action: 'send',
      channel: { $ref: '#/channels/live' },
      summary: 'Tells the client of every entry of the timelines.',
      messages: [inChannel('entry'), inChannel('reset'), inChannel('place')],
    },
  },
  messages: Object.fromEntries(
    Object.entries(messages).map(([name, { summary, schema, examples }]) => [
      name,
      {
        name,
        summary,
        contentType: 'application/json',
        payload: payloadOf(schema),
        examples: examples.map((payload) => ({ payload })),
      },
    ]),
  ),
};

/** Draft 7, with what it refers to inside: a message stands alone. */
function payloadOf(schema: z.ZodType): unknown {
  const { $schema: _dialect, ...made } = z.toJSONSchema(schema, { target: 'draft-7', io: 'input' });
  const { definitions = {}, ...rest } = made as { definitions?: Record<string, { readonly id?: string }> };
  const inlined = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(inlined);
    if (typeof node !== 'object' || node === null) return node;
    const { $ref } = node as { readonly $ref?: string };
    if ($ref === undefined)
      return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, inlined(value)]));
    const { id: _id, ...definition } = definitions[$ref.replace('#/definitions/', '')] ?? {};
    return inlined(definition);
  };
  return inlined(rest);
}
