import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startKafka, type RunningKafka } from '@darkroom/local-stack';
import { testDatabase, testS3 } from '@darkroom/testing';

export const repository = path.resolve(import.meta.dirname, '../../..');

export type Environment = Readonly<Record<string, string>>;

/** All that Darkroom's programs need of others, set up as `darkroom setup` does, and no program yet. */
export interface Grounds {
  /** Variables of every program. */
  readonly env: Environment;
  readonly s3: Awaited<ReturnType<typeof testS3>>['settings'];
  /** Runs `darkroom …` of this checkout and answers its standard output. Throws with its errors if it fails. */
  darkroom(...args: string[]): Promise<string>;
  /** A token of the user's. */
  token(user: string): Promise<string>;
  /** Throws when a program has left connections to the database open. */
  close(): Promise<void>;
}

export interface GroundsOptions {
  readonly eventBus: 'postgres' | 'kafka';
  /** Where Kafka listens, and where it says that it does: what is given by it leads to the second. */
  readonly kafkaPorts?: { readonly port: number; readonly advertisedPort: number };
  /** Whose commands make the tables, the bucket and the queue; this one's by default. */
  readonly checkout?: string;
}

export async function openGrounds({
  eventBus,
  kafkaPorts,
  checkout = repository,
}: GroundsOptions): Promise<Grounds> {
  const folder = await mkdtemp(path.join(tmpdir(), 'darkroom-operations-'));
  const [database, store, kafka] = await Promise.all([
    testDatabase(),
    testS3(),
    eventBus === 'kafka' ? brokerOf(folder, kafkaPorts) : undefined,
  ]);
  const { bucket, region, endpoint, credentials } = store.settings;
  const basics: Environment = {
    PATH: process.env['PATH'] ?? '',
    NODE_COMPILE_CACHE: path.join(folder, 'compile-cache'),
    SCRATCH_DIR: path.join(folder, 'scratch'),
    LOG_LEVEL: 'info',
    HTTP_HOST: '127.0.0.1',
    HTTP_PORT: '0',
    HEALTH_PORT: '0',
    DATABASE_URL: database.url,
    S3_BUCKET: bucket,
    S3_ENDPOINT: endpoint,
    S3_PUBLIC_ENDPOINT: endpoint,
    SQS_ENDPOINT: store.sqsEndpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AUTH_JWT_SECRET: randomUUID(),
    RATE_LIMIT_USER_PER_MINUTE: '0',
    RATE_LIMIT_ADDRESS_PER_MINUTE: '0',
    EVENT_BUS: eventBus,
    ...(kafka === undefined ? {} : { KAFKA_BROKERS: kafka.brokers.join(','), KAFKA_TOPIC: 'operations' }),
  };
  await darkroom(checkout, basics, 'migrate');
  const queues = JSON.parse(await darkroom(checkout, basics, 'setup', '--create-bucket', '--json')) as {
    readonly queueUrl: string;
    readonly deadLetterQueueUrl: string;
  };
  const { queueUrl: SQS_QUEUE_URL, deadLetterQueueUrl: SQS_DEAD_LETTER_QUEUE_URL } = queues;
  return {
    env: { ...basics, SQS_QUEUE_URL, SQS_DEAD_LETTER_QUEUE_URL },
    s3: store.settings,
    darkroom: (...args) => darkroom(repository, basics, ...args),
    token: (user) => darkroom(checkout, basics, 'token', user),
    close: async () => {
      await database.close();
      await Promise.all([store.close(), kafka?.close()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A broker of its own: the groups of the programs have the same names in every test. */
async function brokerOf(folder: string, ports: GroundsOptions['kafkaPorts']): Promise<RunningKafka> {
  const own = ports === undefined ? {} : { ...ports, ways: ['java' as const] };
  const kafka = await startKafka({ dataDir: path.join(folder, 'kafka'), ...own });
  if (kafka.kind === 'none') throw new Error(kafka.reason);
  return kafka;
}

async function darkroom(checkout: string, env: Environment, ...args: string[]): Promise<string> {
  const program = path.join(checkout, 'apps/cli/src/main.ts');
  const child = spawn(process.execPath, ['--conditions=darkroom-source', program, ...args], {
    env: { ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`darkroom ${args.join(' ')} ended with ${code}: ${output.stderr}`);
  return output.stdout.trim();
}
