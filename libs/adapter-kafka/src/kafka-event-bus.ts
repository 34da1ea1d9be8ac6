import type { BusListener, BusSubscription, EventBus } from '@darkroom/contracts';
import type { Kafka } from 'kafkajs';
import { ensureTopic } from './ensure-topic.ts';
import { kafkaClient, type KafkaSettings } from './kafka-client.ts';
import { KafkaSubscription } from './kafka-subscription.ts';

export interface KafkaEventBusOptions extends KafkaSettings {
  /** How long the partitions of a member that is not heard of stay with it, in milliseconds. Default 10,000. */
  readonly sessionTimeoutMs?: number;
}

/** Kafka as a bus, by kafkajs. */
export class KafkaEventBus implements EventBus {
  readonly system = 'kafka';
  readonly #kafka: Kafka;
  readonly #settings: KafkaSettings;
  readonly #sessionTimeoutMs: number;
  readonly #subscriptions = new Set<KafkaSubscription>();

  constructor({ sessionTimeoutMs = 10_000, ...settings }: KafkaEventBusOptions) {
    this.#kafka = kafkaClient(settings);
    this.#settings = settings;
    this.#sessionTimeoutMs = sessionTimeoutMs;
  }

  get destination(): string {
    return this.#settings.topic;
  }

  /**
   * Makes the topic where it is missing. Throws `unavailable` where no broker can be reached now; later outages are
   * waited out.
   */
  async subscribe(group: string, listener: BusListener): Promise<BusSubscription> {
    await ensureTopic(this.#settings);
    const subscription = new KafkaSubscription({
      kafka: this.#kafka,
      topic: this.#settings.topic,
      group,
      sessionTimeoutMs: this.#sessionTimeoutMs,
      listener,
    });
    await subscription.start();
    this.#subscriptions.add(subscription);
    return subscription;
  }

  /** Ends what subscriptions left open. */
  async close(): Promise<void> {
    await Promise.all([...this.#subscriptions].map((subscription) => subscription.close()));
  }
}
