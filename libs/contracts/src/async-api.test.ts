import { readFileSync } from 'node:fs';
import { asyncApiDocument } from './async-api.ts';
import { producerTraceparent, recordOfEvent } from './event-record.ts';
import { eventSchemas, eventTypes } from './events.ts';
import { liveHelloSchema, liveMessageSchema } from './live.ts';

interface Message {
  readonly headers: { readonly properties: object; readonly required: readonly string[] };
  readonly payload: { readonly required: readonly string[] };
  readonly examples: readonly { readonly payload: unknown }[];
}

const document = asyncApiDocument() as { components: { messages: Record<string, Message> } };

describe('AsyncAPI', () => {
  it('stands in docs as it is made (npm run docs)', () => {
    const file = new URL('../../../docs/asyncapi.json', import.meta.url);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(JSON.parse(JSON.stringify(document)));
  });

  it('tells of every event, with its ids', () => {
    const { messages } = document.components;
    expect(Object.keys(messages)).toEqual(expect.arrayContaining(eventTypes));
    for (const type of eventTypes) {
      expect(messages[type]?.payload.required).toEqual(
        expect.arrayContaining(['image_id', 'owner_id', 'category_id']),
      );
    }
  });

  it('has examples that are read as what they stand for', () => {
    const examplesOf = (name: string) =>
      document.components.messages[name]?.examples.map(({ payload }) => payload) ?? [];
    for (const type of eventTypes) {
      for (const example of examplesOf(type)) expect(eventSchemas[type].parse(example)).toEqual(example);
    }
    expect(liveHelloSchema.parse(examplesOf('hello')[0])).toMatchObject({ last_event_id: 4711 });
    for (const name of ['entry', 'reset', 'place']) {
      expect(liveMessageSchema.parse(examplesOf(name)[0])).toEqual(examplesOf(name)[0]);
    }
  });

  it('tells of the WebSocket, and refers to nothing that it does not have', () => {
    const { channels } = document as unknown as { channels: Record<string, { address?: string }> };
    expect(channels['live']?.address).toBe('/ws');
    for (const [, path = ''] of JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]*)"/g)) {
      const found = path
        .split('/')
        .reduce<unknown>((node, key) => (node as Record<string, unknown> | undefined)?.[key], document);
      expect([path, found]).toEqual([path, expect.any(Object)]);
    }
  });

  it('names exactly the headers that are sent', () => {
    const imageId = '0191f3a0-7c3e-7d11-9d2b-0a4b6c8d0e1f';
    const { headers } = recordOfEvent({
      id: '0191f3a0-7c3e-7d11-9d2b-0a4b6c8d0e2a',
      type: 'ImageUpdated',
      time: new Date('2026-11-22T10:00:00.123Z'),
      imageId,
      imageSeq: 1,
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      data: { image_id: imageId, owner_id: 'alice', category_id: 1, fields: ['title'] },
    });
    const documented = document.components.messages['ImageUpdated']!.headers;
    const sent = [...Object.keys(headers), producerTraceparent]; // which who sends to Kafka adds
    expect(Object.keys(documented.properties).sort()).toEqual(sent.sort());
    expect(documented.required).not.toContain('traceparent');
    expect(documented.required).not.toContain(producerTraceparent);
  });
});
