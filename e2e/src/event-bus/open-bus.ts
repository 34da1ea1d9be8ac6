import type { EventBus } from '@darkroom/contracts';
import { KafkaEventBus } from '@darkroom/adapter-kafka';
import { PostgresEventBus, PostgresDeliveryStore, connect } from '@darkroom/adapter-postgres';

/** What a process needs to take part; plain JSON, so that a child process can be told. */
export interface BusConfig {
  readonly kind: 'postgres' | 'kafka';
  readonly databaseUrl: string;
  /** Of Kafka. */
  readonly brokers: readonly string[];
  readonly topic: string;
  /** After which a member that is not heard of loses its partitions. */
  readonly leaseMs: number;
}

export interface OpenBus {
  readonly bus: EventBus;
  readonly deliveries: PostgresDeliveryStore;
  close(): Promise<void>;
}

/** The bus and the deliveries, as a worker's container makes them. */
export function openBus({ kind, databaseUrl, brokers, topic, leaseMs }: BusConfig): OpenBus {
  const db = connect({ url: databaseUrl, poolSize: 8, applicationName: 'event-bus-test' });
  const bus =
    kind === 'postgres'
      ? new PostgresEventBus({ db, directUrl: databaseUrl, leaseMs })
      : new KafkaEventBus({ brokers, clientId: 'event-bus-test', topic, sessionTimeoutMs: leaseMs });
  return {
    bus,
    deliveries: new PostgresDeliveryStore(db),
    close: async () => {
      await bus.close();
      await db.close();
    },
  };
}
