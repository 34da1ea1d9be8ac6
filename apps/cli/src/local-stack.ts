import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const stackSchema = z.object({
  api: z.url(),
  s3: z.object({
    endpoint: z.url(),
    bucket: z.string(),
    accessKeyId: z.string(),
    secretAccessKey: z.string(),
    region: z.string(),
  }),
  sqs: z.object({ endpoint: z.url(), queueUrl: z.url(), deadLetterQueueUrl: z.url() }),
  postgres: z.string(),
  kafka: z.object({ brokers: z.array(z.string()), topic: z.string() }).nullable(),
});
const secretsSchema = z.object({ jwtSecret: z.string() });

type Environment = Readonly<Record<string, string | undefined>>;

/** Any of these set means: this is not about the local stack. (KAFKA_BROKERS does not: the local stack takes it, too.) */
const ownSettings = ['DATABASE_URL', 'S3_BUCKET', 'SQS_QUEUE_URL', 'AUTH_JWT_SECRET', 'AUTH_JWKS_URL'];

/**
 * The environment that commands run with: the given one, or, where it has no setting of Darkroom, that of the local stack
 * (`npm start`) whose data folder is DARKROOM_DATA_DIR. All or nothing, so that the local stack's keys never meet
 * another store.
 */
export async function withLocalStack(env: Environment): Promise<Environment> {
  if (ownSettings.some((name) => (env[name] ?? '') !== '')) return env;
  const dataDir = env['DARKROOM_DATA_DIR'] ?? '.darkroom';
  const [stack, secrets] = await Promise.all([
    readJson(join(dataDir, 'stack.json'), stackSchema),
    readJson(join(dataDir, 'secrets.json'), secretsSchema),
  ]);
  return {
    ...env,
    ...(stack === undefined ? {} : stackEnvironment(stack)),
    AUTH_JWT_SECRET: secrets?.jwtSecret,
  };
}

function stackEnvironment({ api, s3, sqs, postgres, kafka }: z.infer<typeof stackSchema>): Environment {
  return {
    DARKROOM_API: api,
    DATABASE_URL: postgres,
    DATABASE_DIRECT_URL: postgres,
    S3_ENDPOINT: s3.endpoint,
    S3_BUCKET: s3.bucket,
    AWS_REGION: s3.region,
    AWS_ACCESS_KEY_ID: s3.accessKeyId,
    AWS_SECRET_ACCESS_KEY: s3.secretAccessKey,
    AWS_SESSION_TOKEN: undefined,
    SQS_ENDPOINT: sqs.endpoint,
    SQS_QUEUE_URL: sqs.queueUrl,
    SQS_DEAD_LETTER_QUEUE_URL: sqs.deadLetterQueueUrl,
    // As the local stack sets it for the API and the bucket
    CORS_ORIGINS: 'http://localhost:*,http://127.0.0.1:*',
    EVENT_BUS: kafka === null ? 'postgres' : 'kafka',
    KAFKA_BROKERS: kafka?.brokers.join(','),
    KAFKA_TOPIC: kafka?.topic,
  };
}

async function readJson<T>(path: string, schema: z.ZodType<T>): Promise<T | undefined> {
  try {
    return schema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
