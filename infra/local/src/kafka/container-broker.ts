import { kafkaVersion } from './pom.ts';
import type { RunningKafka } from './start-kafka.ts';

/** What testcontainers says where there is no container runtime, within 0.1 s. */
const noRuntime = 'Could not find a working container runtime strategy';

/** Starts the official image of Kafka, or answers why that cannot be done here. */
export async function startContainerBroker(port: number): Promise<RunningKafka | string> {
  try {
    return await start(port);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return message.includes(noRuntime)
      ? 'there is no container runtime'
      : `no container of Kafka: ${message}`;
  }
}

/** The host port is chosen first, because the broker names it to its clients. */
async function start(port: number): Promise<RunningKafka> {
  const { GenericContainer, Wait } = await import('testcontainers');
  const container = await new GenericContainer(`apache/kafka:${kafkaVersion}`)
    .withExposedPorts({ container: 9092, host: port })
    .withEnvironment({
      KAFKA_NODE_ID: '1',
      KAFKA_PROCESS_ROLES: 'broker,controller',
      KAFKA_LISTENERS: 'PLAINTEXT://0.0.0.0:9092,CONTROLLER://localhost:9093',
      KAFKA_ADVERTISED_LISTENERS: `PLAINTEXT://127.0.0.1:${port}`,
      KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
      KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
      KAFKA_CONTROLLER_QUORUM_VOTERS: '1@localhost:9093',
      KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
      KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: '1',
      KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: '1',
      KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
      KAFKA_GROUP_MIN_SESSION_TIMEOUT_MS: '1000',
      KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false',
      KAFKA_BROKER_SESSION_TIMEOUT_MS: '2000',
      KAFKA_BROKER_HEARTBEAT_INTERVAL_MS: '500',
    })
    .withWaitStrategy(Wait.forLogMessage(/Kafka Server started/))
    .withStartupTimeout(120_000)
    .start();
  return {
    kind: 'container',
    brokers: [`127.0.0.1:${port}`],
    restart: () => container.restart({ timeout: 0 }),
    close: async () => void (await container.stop()),
  };
}
