import { createSecretKey } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { SignJWT, type JWTPayload } from 'jose';
import { fixturePath } from '@darkroom/adapter-image/fixtures';
import { migrate, openPostgres, type Postgres } from '@darkroom/adapter-postgres';
import { ensureBucket, planBucket, setUpBucket } from '@darkroom/adapter-s3';
import { incomingDays, setUpQueues } from '@darkroom/adapter-sqs';
import { createLogger, Lifecycle, loadConfig } from '@darkroom/runtime';
import { configSchema } from '../config.ts';
import { startUploadApi } from '../container.ts';
import type { OpenApiDocument } from './openapi/document.ts';
import { recordAnswers } from './openapi/record-answers.fixture.ts';
import { judgeBy } from './openapi/hold-to-document.fixture.ts';
import { watchResponses } from './openapi/watch-responses.fixture.ts';

export const secret = 'a secret of the tests, long enough for HS256';
export const previousSecret = 'the secret of the tests before the present one';

/** Where a test's store and database are. */
export interface Places {
  readonly s3: {
    readonly bucket: string;
    readonly region: string;
    readonly endpoint: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  readonly sqsEndpoint: string;
  readonly databaseUrl: string;
}

export interface TestApi {
  /** Such as `http://127.0.0.1:8080`. */
  readonly origin: string;
  /** `origin` with `/api`. */
  readonly url: string;
  readonly postgres: Postgres;
  close(): Promise<void>;
}

/** Sets bucket and queues up as `darkroom setup` does, and answers the variables of a program that works with them. */
export async function environmentOf(places: Places): Promise<Record<string, string>> {
  const { bucket, region, endpoint, credentials } = places.s3;
  await ensureBucket(places.s3, true);
  const queues = await setUpQueues(
    { region, credentials, endpoint: places.sqsEndpoint },
    { queueName: 'uploads', deadLetterQueueName: 'uploads-dead', bucket },
  );
  const plan = planBucket({
    bucket,
    corsOrigins: [],
    queueArn: queues.queueArn,
    publicImages: true,
    onAws: false,
    incomingDays,
  });
  await setUpBucket(places.s3, plan);
  return {
    LOG_LEVEL: 'silent',
    HTTP_PORT: '0',
    HEALTH_PORT: '0',
    HTTP_HOST: '127.0.0.1',
    ROLES: 'api',
    DATABASE_URL: places.databaseUrl,
    S3_BUCKET: bucket,
    S3_ENDPOINT: endpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    SQS_ENDPOINT: places.sqsEndpoint,
    SQS_QUEUE_URL: queues.queueUrl,
    SQS_DEAD_LETTER_QUEUE_URL: queues.deadLetterQueueUrl,
    AUTH_JWT_SECRET: secret,
    AUTH_JWT_SECRET_PREVIOUS: previousSecret,
    RATE_LIMIT_USER_PER_MINUTE: '100000',
    RATE_LIMIT_ADDRESS_PER_MINUTE: '100000',
    CORS_ORIGINS: 'http://localhost:*,https://shop.example',
  };
}

/** Responses that are not as the API's own document says; a test that saw one fails. */
const undocumented: string[] = [];

afterEach(() => {
  expect(undocumented.splice(0)).toEqual([]);
});

/** From now on every response of this API, to whomever, is held against the document that it serves. */
async function holdToItsDocument(url: string, port: number): Promise<() => void> {
  const document = (await (await fetch(`${url}/openapi.json`)).json()) as OpenApiDocument;
  const judge = judgeBy(document);
  const record = recordAnswers(document);
  return watchResponses(port, (sent) => {
    const { fault, operationId } = judge(sent);
    if (fault !== undefined) undocumented.push(fault);
    else if (operationId !== undefined) record(operationId, sent.status);
  });
}

/** The real program in this process: settings by variables, as `main.ts` has them, and all clients real. */
export async function startTestApi(
  places: Places,
  env: Readonly<Record<string, string>> = {},
): Promise<TestApi> {
  const scratch = await mkdtemp(join(tmpdir(), 'darkroom-api-'));
  const variables = { ...(await environmentOf(places)), SCRATCH_DIR: scratch, ...env };
  const config = loadConfig(configSchema, variables);
  const logger = createLogger({ name: 'upload-api', level: config.LOG_LEVEL });
  const lifecycle = new Lifecycle(logger);
  const postgres = openPostgres(config, { applicationName: 'test', onError: () => undefined });
  const { port } = await startUploadApi(config, logger, lifecycle, () => undefined);
  const origin = `http://127.0.0.1:${port}`;
  const url = `${origin}/api`;
  const letGo = await holdToItsDocument(url, port);
  return {
    origin,
    url,
    postgres,
    close: async () => {
      letGo();
      await lifecycle.shutdown(5_000);
      await postgres.close();
      await rm(scratch, { recursive: true, force: true });
    },
  };
}

export { migrate };

/** A token as a back end makes it. `change` may set, replace or (by undefined) take away claims. */
export function tokenFor(sub: string, change: JWTPayload = {}, key = secret): Promise<string> {
  const claims = { sub, exp: Math.floor(Date.now() / 1_000) + 600, ...change };
  return new SignJWT(JSON.parse(JSON.stringify(claims)) as JWTPayload)
    .setProtectedHeader({ alg: 'HS256' })
    .sign(createSecretKey(Buffer.from(key)));
}

export function fixture(file: string): Uint8Array {
  return readFileSync(fixturePath(file));
}
