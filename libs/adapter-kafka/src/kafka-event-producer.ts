import type { EventRecord } from '@darkroom/contracts';
import type { Kafka, Producer } from 'kafkajs';
import { kafkaClient, type KafkaSettings } from './kafka-client.ts';
import { tracedSend } from './trace-send.ts';
import { translated } from './translate-error.ts';

/** Writes messages to the topic: idempotent, acknowledged by all in-sync replicas. */
export class KafkaEventProducer {
  readonly #kafka: Kafka;
  readonly #topic: string;
  #producer: Promise<Producer> | undefined;

  constructor(settings: KafkaSettings) {
    this.#kafka = kafkaClient(settings);
    this.#topic = settings.topic;
  }

  /**
   * Writes `records` to one partition, in their order; resolves once they are acknowledged. Throws `unavailable` when
   * an outage outlasts the retries: then some, all or none may have been written, and the caller sends them again.
   * To keep the order, a caller has one batch in flight per partition.
   */
  async send(partition: number, records: readonly EventRecord[]): Promise<void> {
    const current = (this.#producer ??= this.#connect());
    try {
      await tracedSend(this.#topic, partition, records, (traced) => {
        const messages = traced.map(({ key, headers, value }) => ({
          partition,
          key,
          headers: { ...headers },
          value: Buffer.from(value),
        }));
        return translated(async () => (await current).send({ topic: this.#topic, acks: -1, messages }));
      });
    } catch (error) {
      // Its sequence numbers may be out of step with the broker's; a new producer starts with its own.
      if (this.#producer === current) this.#producer = undefined;
      await disconnect(current);
      throw error;
    }
  }

  async close(): Promise<void> {
    if (this.#producer !== undefined) await disconnect(this.#producer);
    this.#producer = undefined;
  }

  async #connect(): Promise<Producer> {
    // Kafka remembers five batches per producer and partition; kafkajs numbers them rightly one at a time only.
    const producer = this.#kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
    await producer.connect();
    return producer;
  }
}

/** Of a connection that is given up: that it cannot be ended cleanly says nothing new. */
async function disconnect(producer: Promise<Producer>): Promise<void> {
  await producer.then((connected) => connected.disconnect()).catch(() => undefined);
}
