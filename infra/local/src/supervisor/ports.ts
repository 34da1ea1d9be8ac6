import { setTimeout as wait } from 'node:timers/promises';
import { isFree } from '../process/free-port.ts';
import { StartError, type StackSettings } from './settings.ts';

interface WantedPort {
  port: number;
  variable: string;
  what: string;
}

function wantedPorts(settings: StackSettings): WantedPort[] {
  const startsKafka = settings.eventBus === 'kafka' && settings.kafkaBrokers.length === 0;
  return [
    { port: settings.httpPort, variable: 'DARKROOM_HTTP_PORT', what: 'the page and the API' },
    { port: settings.s3Port, variable: 'DARKROOM_S3_PORT', what: 'S3' },
    { port: settings.sqsPort, variable: 'DARKROOM_SQS_PORT', what: 'SQS' },
    { port: settings.postgresPort, variable: 'DARKROOM_POSTGRES_PORT', what: 'PostgreSQL' },
    ...(startsKafka ? [{ port: settings.kafkaPort, variable: 'DARKROOM_KAFKA_PORT', what: 'Kafka' }] : []),
  ];
}

/**
 * Throws a {@link StartError} that names every port that is in use with its variable. Waits `patienceMs` for ports to
 * become free first: a killed run's programs need a moment to end.
 */
export async function checkPorts(settings: StackSettings, patienceMs: number): Promise<void> {
  const wanted = wantedPorts(settings);
  const twice = wanted.filter((each, index) => wanted.findIndex(({ port }) => port === each.port) !== index);
  if (twice.length > 0) {
    throw new StartError(
      twice.map(({ port, variable }) => `${variable}: port ${port} is used twice.`).join('\n'),
    );
  }
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const free = await Promise.all(wanted.map(({ port }) => isFree(port)));
    const busy = wanted.filter((_, index) => free[index] === false);
    if (busy.length === 0) return;
    if (Date.now() >= deadline) throw new StartError(busy.map(describe).join('\n'));
    await wait(100);
  }
}

function describe({ port, variable, what }: WantedPort): string {
  return `Port ${port}, wanted for ${what}, is in use by another program: set ${variable} to a free one.`;
}
