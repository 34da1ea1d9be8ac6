/**
 * The process that owns a container of Kafka: started by container-broker.ts, with the host's port as its argument. It
 * removes the container when its parent lets go of it or ends, however that came about, SIGKILL included.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { StartedTestContainer } from 'testcontainers';
import { kafkaVersion } from '../pom.ts';
import type { BrokerAnswer, BrokerRequest } from './messages.ts';

// This process does what testcontainers' own reaper would, which is one more image to pull
process.env['TESTCONTAINERS_RYUK_DISABLED'] = 'true';

const image = `apache/kafka:${kafkaVersion}`;
/** A daemon that listens but is stuck must not hold up those who can do without it. */
const daemonTimeoutMs = 5_000;

interface Broker {
  readonly container: StartedTestContainer;
  readonly address: string;
}

async function start(port: number): Promise<Broker> {
  const { GenericContainer, getContainerRuntimeClient, Wait } = await import('testcontainers');
  const silent = delay(daemonTimeoutMs, undefined, { ref: false }).then(() => {
    throw new Error(`the container runtime does not answer within ${daemonTimeoutMs / 1_000} s`);
  });
  const { info } = await Promise.race([getContainerRuntimeClient(), silent]);
  const { host } = info.containerRuntime; // not this machine where we run in a container ourselves
  const address = `${host === 'localhost' ? '127.0.0.1' : host}:${port}`;
  const container = await new GenericContainer(image)
    .withExposedPorts({ container: 9092, host: port })
    .withEnvironment({
      KAFKA_NODE_ID: '1',
      KAFKA_PROCESS_ROLES: 'broker,controller',
      KAFKA_LISTENERS: 'PLAINTEXT://0.0.0.0:9092,CONTROLLER://localhost:9093',
      KAFKA_ADVERTISED_LISTENERS: `PLAINTEXT://${address}`,
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
  return { container, address };
}

const tell = (answer: BrokerAnswer): void => void process.send?.(answer);
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const starting = start(Number(process.argv[2]));

async function end(): Promise<void> {
  const broker = await starting.catch(() => undefined);
  await broker?.container.stop();
  process.exit();
}
process.on('disconnect', () => void end());
process.on('SIGTERM', () => void end());
process.on('message', async ({ type }: BrokerRequest) => {
  if (type !== 'restart') return;
  try {
    const { container, address } = await starting;
    await container.restart({ timeout: 0 });
    tell({ type: 'ready', address });
  } catch (error) {
    tell({ type: 'failed', reason: messageOf(error) });
  }
});

try {
  tell({ type: 'ready', address: (await starting).address });
} catch (error) {
  tell({ type: 'failed', reason: messageOf(error) });
}
