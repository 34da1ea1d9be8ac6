import type { Admin } from 'kafkajs';
import { kafkaClient, type KafkaSettings } from './kafka-client.ts';
import { translated } from './translate-error.ts';

export interface KafkaLag {
  readonly group: string;
  readonly partition: number;
  /** Messages that the group has not committed. */
  readonly events: number;
  /** The largest of the known ages, in seconds, that the oldest of them has reached; 0 for less than the smallest. */
  readonly seconds: number;
}

/** Ages that Kafka is asked about: which offset was the next at that time. */
const agesSeconds = [3_600, 900, 300, 60, 15, 5] as const;

/** How far consumer groups are behind on the topic, as the brokers know it. */
export class KafkaMonitor {
  readonly #settings: KafkaSettings;
  readonly #groups: readonly string[];
  readonly #retries: number | undefined;
  #admin: Promise<Admin> | undefined;

  /** `retries`: of one request, in place of some 10 s of them. */
  constructor(settings: KafkaSettings, groups: readonly string[], retries?: number) {
    this.#settings = settings;
    this.#groups = groups;
    this.#retries = retries;
  }

  /** Throws `unavailable` where Kafka cannot be asked. */
  async lags(): Promise<readonly KafkaLag[]> {
    const current = (this.#admin ??= this.#connect());
    try {
      return await translated(async () => this.#read(await current));
    } catch (error) {
      this.#admin = undefined;
      await disconnect(current);
      throw error;
    }
  }

  async close(): Promise<void> {
    if (this.#admin !== undefined) await disconnect(this.#admin);
  }

  async #connect(): Promise<Admin> {
    const admin = kafkaClient(this.#settings, this.#retries).admin();
    await admin.connect();
    return admin;
  }

  async #read(admin: Admin): Promise<KafkaLag[]> {
    const { topic } = this.#settings;
    const ends = await admin.fetchTopicOffsets(topic);
    const committed = await Promise.all(
      this.#groups.map(async (group) => ({ group, next: await committedOf(admin, group, topic) })),
    );
    const lags = committed.flatMap(({ group, next }) =>
      ends.map(({ partition, high, low }) => {
        const from = next.get(partition) ?? BigInt(low);
        return { group, partition, from, events: Number(BigInt(high) - from) };
      }),
    );
    const behind = lags.some(({ events }) => events > 0) ? await offsetsByAge(admin, topic) : [];
    return lags.map(({ group, partition, from, events }) => {
      const age = behind.find(({ offsets }) => from < (offsets.get(partition) ?? 0n));
      return { group, partition, events, seconds: events === 0 ? 0 : (age?.seconds ?? 0) };
    });
  }
}

/** The next offset of each partition; none of those that the group has never committed. */
async function committedOf(admin: Admin, groupId: string, topic: string): Promise<Map<number, bigint>> {
  const [found] = await admin.fetchOffsets({ groupId, topics: [topic] });
  const known = (found?.partitions ?? []).filter(({ offset }) => offset !== '-1');
  return new Map(known.map(({ partition, offset }) => [partition, BigInt(offset)]));
}

/** For each age, oldest first: the first offset of each partition that is younger. */
async function offsetsByAge(admin: Admin, topic: string) {
  const now = Date.now();
  return Promise.all(
    agesSeconds.map(async (seconds) => {
      const found = await admin.fetchTopicOffsetsByTimestamp(topic, now - seconds * 1_000);
      return { seconds, offsets: new Map(found.map(({ partition, offset }) => [partition, BigInt(offset)])) };
    }),
  );
}

/** Of a connection that is given up: that it cannot be ended cleanly says nothing new. */
async function disconnect(admin: Promise<Admin>): Promise<void> {
  await admin.then((connected) => connected.disconnect()).catch(() => undefined);
}
