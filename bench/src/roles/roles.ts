import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client, startStack, type TestStack } from '@darkroom/testing';
import { figuresByName, measureBurst, readPhotographs } from '../pipeline/pipeline.ts';
import { treeFigures } from '../pipeline/process-figures.ts';

const repository = resolve(import.meta.dirname, '../../..');
const megabyte = 2 ** 20;
/** How often a program that ends by itself is looked at. */
const sampleMs = 20;

export interface RoleFigures {
  /** Memory once it is ready, in megabytes; undefined for what ends by itself. */
  readonly restMegabytes: number | undefined;
  readonly peakMegabytes: number;
  /** For one image of the burst; undefined for what is not part of it. */
  readonly cpuMilliseconds: number | undefined;
}

export interface RolesFigures {
  readonly images: number;
  readonly imagesPerSecond: number;
  readonly roles: Readonly<Record<string, RoleFigures>>;
}

/** What each program takes in a burst of real photographs, every role in a process of its own, as in a cluster. */
export async function measureRoles(eventBus: 'postgres' | 'kafka', images: number): Promise<RolesFigures> {
  const stack = await startStack({ eventBus, env: { DARKROOM_SPLIT_ROLES: 'true' } });
  try {
    const client = await Client.of(stack, 'bench');
    const rest = await figuresByName(stack);
    const burst = await measureBurst(stack, client, await readPhotographs(), images);
    const roles = Object.entries(burst.processes).map(([name, { cpuSeconds, peakMegabytes }]) => [
      name,
      {
        restMegabytes: (rest.get(name)?.bytes ?? 0) / megabyte,
        peakMegabytes,
        cpuMilliseconds: (cpuSeconds * 1_000) / images,
      },
    ]);
    return {
      images,
      imagesPerSecond: burst.imagesPerSecond,
      roles: { ...Object.fromEntries(roles), ...(await measureJobs(stack)) },
    };
  } finally {
    await stack.close();
  }
}

/** The programs that come for a moment, on what the burst has left. */
async function measureJobs(stack: TestStack): Promise<Record<string, RoleFigures>> {
  const { postgres, s3, sqs, kafka } = await stack.describe();
  const env = {
    ...process.env,
    DATABASE_URL: postgres,
    DATABASE_DIRECT_URL: postgres,
    S3_ENDPOINT: s3.endpoint,
    S3_BUCKET: s3.bucket,
    AWS_REGION: s3.region,
    AWS_ACCESS_KEY_ID: s3.accessKeyId,
    AWS_SECRET_ACCESS_KEY: s3.secretAccessKey,
    SQS_ENDPOINT: sqs.endpoint,
    SQS_QUEUE_URL: sqs.queueUrl,
    SQS_DEAD_LETTER_QUEUE_URL: sqs.deadLetterQueueUrl,
    AUTH_JWT_SECRET: 'a secret of thirty-two characters',
    CORS_ORIGINS: 'http://localhost:*',
    ...(kafka === null
      ? {}
      : { EVENT_BUS: 'kafka', KAFKA_BROKERS: kafka.brokers.join(','), KAFKA_TOPIC: kafka.topic }),
  };
  const jobs: Record<string, readonly string[]> = {
    'cleanup: arrivals': ['cleanup-cron', '--arrivals', '--stuck'],
    'cleanup: reconcile': ['cleanup-cron', '--reconcile'],
    'cli: migrate': ['cli', 'migrate'],
    'cli: doctor': ['cli', 'doctor'],
  };
  const figures: Record<string, RoleFigures> = {};
  for (const [name, [app = '', ...args]] of Object.entries(jobs)) {
    const peakMegabytes = (await peakOf(app, args, env)) / megabyte;
    figures[name] = { restMegabytes: undefined, peakMegabytes, cpuMilliseconds: undefined };
  }
  return figures;
}

/** The most memory of a program that ends by itself, in bytes, as far as looking often tells. */
async function peakOf(app: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const program = `apps/${app}/src/main.ts`;
  const child = spawn(process.execPath, ['--conditions=darkroom-source', program, ...args], {
    cwd: repository,
    env,
    stdio: 'ignore',
  });
  const ended = once(child, 'exit') as Promise<[number | null]>;
  let peak = 0;
  while (child.exitCode === null && child.pid !== undefined) {
    const { bytes } = await treeFigures(child.pid);
    peak = Math.max(peak, bytes);
    await delay(sampleMs);
  }
  const [code] = await ended;
  if (code !== 0) throw new Error(`${app} ${args.join(' ')} ended with ${code}`);
  return peak;
}
