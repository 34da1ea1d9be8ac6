import { randomUUID } from 'node:crypto';
import { KafkaEventBus } from '@darkroom/adapter-kafka';
import { waitFor, type StackDescription } from '@darkroom/testing';

export interface TopicMessage {
  readonly key: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly value: string;
}

/** Reads the topic from its beginning until `count` messages that `wanted` takes are there. */
export async function readTopic(
  { brokers, topic }: NonNullable<StackDescription['kafka']>,
  wanted: (message: TopicMessage) => boolean,
  count: number,
): Promise<TopicMessage[]> {
  const bus = new KafkaEventBus({ brokers, topic, clientId: 'test' });
  const found: TopicMessage[] = [];
  let fatal: Error | undefined;
  await bus.subscribe(`test-${randomUUID()}`, {
    onRecords: (records) => {
      const read = records.map(({ key, headers, value }) => ({
        key,
        headers,
        value: Buffer.from(value).toString(),
      }));
      found.push(...read.filter(wanted));
    },
    onRevoked: () => undefined,
    onFatal: (error) => (fatal = error),
  });
  try {
    await waitFor(
      () => {
        if (fatal !== undefined) throw fatal;
        return found.length >= count;
      },
      { timeoutMs: 30_000, what: `${count} messages on ${topic}` },
    );
    return found;
  } finally {
    await bus.close();
  }
}
