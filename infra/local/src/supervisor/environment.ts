import path from 'node:path';
import type { StackSecrets } from './secrets.ts';
import type { StackSettings } from './settings.ts';

export const bucket = 'darkroom';
export const region = 'us-east-1';
const host = '127.0.0.1';

/** Those given, else the one that the stack starts. */
export const kafkaBrokers = (settings: StackSettings): string[] =>
  settings.kafkaBrokers.length > 0 ? settings.kafkaBrokers : [`${host}:${settings.kafkaPort}`];

export type Env = Readonly<Record<string, string>>;

export const addresses = (settings: StackSettings) => ({
  page: `http://${host}:${settings.httpPort}`,
  api: `http://${host}:${settings.httpPort}/api`,
  s3: `http://${host}:${settings.s3Port}`,
  sqs: `http://${host}:${settings.sqsPort}`,
});

/** The user's environment without what is meant for the real AWS: a session token there would spoil our signatures. */
export function inherited(env: NodeJS.ProcessEnv): Env {
  const kept = Object.entries(env).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && !/^(AWS_|npm_|NODE_OPTIONS$)/.test(entry[0]),
  );
  return Object.fromEntries(kept);
}

/** What every program of the stack is told. */
export function commonEnv(
  base: Env,
  settings: StackSettings,
  secrets: StackSecrets,
  databaseUrl: string,
): Env {
  const at = addresses(settings);
  return {
    ...base,
    NODE_COMPILE_CACHE: path.join(settings.dataDir, 'compile-cache'),
    LOG_LEVEL: settings.logLevel,
    DATABASE_URL: databaseUrl,
    DATABASE_DIRECT_URL: databaseUrl,
    ...awsEnv(secrets),
    S3_ENDPOINT: at.s3,
    S3_PUBLIC_ENDPOINT: at.s3,
    S3_BUCKET: bucket,
    SQS_ENDPOINT: at.sqs,
    AUTH_JWT_SECRET: secrets.jwtSecret,
    CORS_ORIGINS: 'http://localhost:*,http://127.0.0.1:*',
    EVENT_BUS: settings.eventBus,
    KAFKA_BROKERS: kafkaBrokers(settings).join(','),
    KAFKA_TOPIC: settings.kafkaTopic,
    SHUTDOWN_GRACE_MS: '2500',
    SCRATCH_DIR: path.join(settings.dataDir, 'scratch'),
  };
}

function awsEnv(secrets: StackSecrets): Env {
  return {
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: secrets.accessKeyId,
    AWS_SECRET_ACCESS_KEY: secrets.secretAccessKey,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}

export function emulatorEnv(base: Env, settings: StackSettings, secrets: StackSecrets): Env {
  return {
    ...base,
    ...awsEnv(secrets),
    NODE_COMPILE_CACHE: path.join(settings.dataDir, 'compile-cache'),
    AWS_EMULATOR_DATA_DIR: path.join(settings.dataDir, 's3'),
    AWS_EMULATOR_S3_PORT: String(settings.s3Port),
    AWS_EMULATOR_SQS_PORT: String(settings.sqsPort),
  };
}

export type Role = 'api' | 'relay' | 'publisher' | 'webhooks';

/** What upload-api does in this stack; without Kafka there is nothing to publish to. */
export const rolesOf = ({ eventBus }: StackSettings): Role[] =>
  eventBus === 'kafka' ? ['api', 'relay', 'publisher', 'webhooks'] : ['api', 'relay', 'webhooks'];

/** One developer, with tests and benches: limits that they do not meet, unless their environment says so. */
const generous = { RATE_LIMIT_USER_PER_MINUTE: '100000', RATE_LIMIT_ADDRESS_PER_MINUTE: '200000' };

/** For upload-api in these roles. The one without `api` listens for health alone, wherever there is room. */
export function apiEnv(common: Env, settings: StackSettings, pageDir: string, roles: readonly Role[]): Env {
  const port = roles.includes('api') ? settings.httpPort : 0;
  // By name alone, unless the developer has a provider to try it with
  const signIn = common['PAGE_OIDC_AUTHORITY'] === undefined ? 'true' : 'false';
  const listening = { HTTP_HOST: host, HTTP_PORT: String(port), PAGE_DIR: pageDir, LOCAL_SIGN_IN: signIn };
  // A developer receives webhooks on this machine
  return { ...generous, ...common, ...listening, ROLES: roles.join(','), WEBHOOK_ALLOW_PRIVATE: 'true' };
}

export const workerEnv = (common: Env): Env => ({ ...common, HEALTH_PORT: '0' });

/** With glibc's defaults, memory that images used is not given back. */
export const variantWorkerEnv = (common: Env): Env => ({
  ...workerEnv(common),
  MALLOC_MMAP_THRESHOLD_: '131072',
  MALLOC_TRIM_THRESHOLD_: '131072',
});
