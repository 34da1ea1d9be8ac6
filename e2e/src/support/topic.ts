import { randomUUID } from 'node:crypto';
import type { StackDescription } from '@darkroom/testing';
import { waitFor } from '@darkroom/testing';
import { Kafka, logLevel } from 'kafkajs';

export interface TopicMessage {
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly value: string;
}

/** Reads the topic from its beginning until `count` messages that `wanted` takes are there. */
export async function readTopic(
  { brokers, topic }: NonNullable<StackDescription['kafka']>,
  wanted: (message: TopicMessage) => boolean,
  count: number,
): Promise<TopicMessage[]> {
  const consumer = new Kafka({ brokers, logLevel: logLevel.NOTHING }).consumer({
    groupId: `test-${randomUUID()}`,
  });
  const found: TopicMessage[] = [];
  await consumer.connect();
  try {
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({
      eachMessage: async ({ message }) => {
        const headers = Object.fromEntries(
          Object.entries(message.headers ?? {}).map(([name, value]) => [name, String(value)]),
        );
        const read = { key: String(message.key), headers, value: String(message.value) };
        if (wanted(read)) found.push(read);
      },
    });
    await waitFor(() => found.length >= count, { timeoutMs: 30_000, what: `${count} messages on ${topic}` });
    return found;
  } finally {
    await consumer.disconnect();
  }
}
