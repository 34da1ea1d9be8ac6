import { mkdtemp, chmod, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { freePort, spawnProgram, startPostgres, type SpawnedProgram } from '@darkroom/local-stack';
import { testS3 } from '@darkroom/testing';

type Env = Readonly<Record<string, string>>;

export interface FuzzedApi {
  /** Such as `http://127.0.0.1:8080/api`. */
  readonly url: string;
  /** What its programs logged as warnings and errors. */
  readonly log: readonly string[];
  close(): Promise<void>;
}

const program = (name: string): string => `apps/${name}/src/main.ts`;

/**
 * Starts the API and the workers on a Postgres, an S3 and an SQS of their own, with limits that nothing meets. Not as the
 * local stack does: nobody here sends webhooks, since their addresses are made up and may be somebody's.
 */
export async function startApi(): Promise<FuzzedApi> {
  const closers: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'darkroom-fuzz-'));
    closers.push(() => rm(folder, { recursive: true, force: true }));
    await chmod(folder, 0o755); // PostgreSQL runs as another user where we are root
    const postgres = await startPostgres({
      dataDir: path.join(folder, 'postgres'),
      port: await freePort(),
      durable: false,
    });
    closers.push(() => postgres.close());
    const store = await testS3();
    closers.push(() => store.close());
    const port = await freePort();
    const given = environment(postgres.url, store.settings, store.sqsEndpoint, path.join(folder, 'scratch'));
    await runToEnd('migrate', given, ['migrate']);
    const queues = JSON.parse(await runToEnd('setup', given, ['setup', '--create-bucket', '--json'])) as {
      readonly queueUrl: string;
      readonly deadLetterQueueUrl: string;
    };
    const env = {
      ...given,
      SQS_QUEUE_URL: queues.queueUrl,
      SQS_DEAD_LETTER_QUEUE_URL: queues.deadLetterQueueUrl,
    };
    const log: string[] = [];
    const programs: [name: string, env: Env][] = [
      ['upload-api', { ...env, ...apiSettings, HTTP_PORT: String(port) }],
      ['variant-worker', env],
      ['metadata-worker', env],
    ];
    await Promise.all(
      programs.map(([name, own]) => {
        const spawned = spawnProgram({ name, file: program(name), env: own }, (line) => log.push(line));
        closers.push(() => spawned.stop(5_000));
        return spawned.ready;
      }),
    );
    return { url: `http://127.0.0.1:${port}/api`, log, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A 429 or a 503 for want of room would say nothing of the API: no call comes that far. */
const apiSettings: Env = {
  ROLES: 'api,relay',
  HTTP_HOST: '127.0.0.1',
  LOCAL_SIGN_IN: 'true',
  RATE_LIMIT_USER_PER_MINUTE: '0',
  RATE_LIMIT_ADDRESS_PER_MINUTE: '0',
  LIVE_MAX_STREAMS: '100000',
  LIVE_MAX_STREAMS_PER_OWNER: '100000',
};

type StoreSettings = Awaited<ReturnType<typeof testS3>>['settings'];

function environment(databaseUrl: string, s3: StoreSettings, sqsEndpoint: string, scratch: string): Env {
  const { PATH = '', HOME = '' } = process.env;
  return {
    PATH,
    HOME,
    LOG_LEVEL: 'warn',
    HEALTH_PORT: '0',
    DATABASE_URL: databaseUrl,
    DATABASE_DIRECT_URL: databaseUrl,
    S3_BUCKET: s3.bucket,
    S3_ENDPOINT: s3.endpoint,
    S3_PUBLIC_ENDPOINT: s3.endpoint,
    AWS_REGION: s3.region,
    AWS_ACCESS_KEY_ID: s3.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: s3.credentials.secretAccessKey,
    AWS_EC2_METADATA_DISABLED: 'true',
    SQS_ENDPOINT: sqsEndpoint,
    AUTH_JWT_SECRET: 'a secret of the fuzzer, long enough for HS256',
    SCRATCH_DIR: scratch,
  };
}

/** Runs the CLI, and answers what it prints. */
async function runToEnd(name: string, env: Env, args: readonly string[]): Promise<string> {
  const lines: string[] = [];
  const cli: SpawnedProgram = spawnProgram({ name, file: program('cli'), args, env }, (line) =>
    lines.push(line),
  );
  const code = await cli.exited;
  if (code !== 0) throw new Error(`darkroom ${name} ended with ${code}:\n${lines.join('\n')}`);
  return lines.join('\n');
}
