import path from 'node:path';
import { startKafka } from '../kafka/start-kafka.ts';
import { startPostgres } from '../postgres/start-postgres.ts';
import type { StackConsole } from './console.ts';
import type { Running } from './part.ts';
import type { StackSecrets } from './secrets.ts';
import { StartError, type StackSettings } from './settings.ts';
import { spawnProgram, type Program } from './spawn-program.ts';

const readyTimeoutMs = 60_000;

/** Starts PostgreSQL and tells its URL. */
export async function runPostgres(
  settings: StackSettings,
  secrets: StackSecrets,
): Promise<Running & { url: string }> {
  const server = await startPostgres({
    dataDir: path.join(settings.dataDir, 'postgres'),
    port: settings.postgresPort,
    password: secrets.postgresPassword,
  });
  return {
    url: server.url,
    pid: server.pid,
    exited: server.exited,
    stop: (graceMs) => server.close(graceMs),
  };
}

/** Starts Kafka by Java, whose data stays in the data folder, else in a container. */
export async function runKafka(settings: StackSettings): Promise<Running> {
  const kafka = await startKafka({
    dataDir: path.join(settings.dataDir, 'kafka'),
    port: settings.kafkaPort,
    ways: ['java', 'container'],
  });
  if (kafka.kind === 'none') {
    throw new StartError(
      `EVENT_BUS=kafka needs a Kafka, and none can be started here: ${kafka.reason}.\n` +
        'Name one by KAFKA_BROKERS, or install Java 17 and Maven, or a container runtime.',
    );
  }
  const exited = kafka.exited ?? new Promise<never>(() => undefined);
  return { pid: kafka.pid, exited, stop: (graceMs) => kafka.close(graceMs) };
}

/** Starts a program and waits until it is ready; stops it when that takes too long or is no longer wanted. */
export async function runUntilReady(
  program: Program,
  console: StackConsole,
  signal: AbortSignal,
): Promise<Running> {
  const running = spawnProgram(program, (line) => console.line(program.name, line));
  const giveUp = AbortSignal.any([signal, AbortSignal.timeout(readyTimeoutMs)]);
  const stop = (): void => void running.stop(2_000);
  giveUp.addEventListener('abort', stop, { once: true });
  try {
    await running.ready;
    return running;
  } finally {
    giveUp.removeEventListener('abort', stop);
  }
}
