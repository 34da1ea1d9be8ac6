import { existsSync } from 'node:fs';
// eslint-disable-next-line no-restricted-imports -- breaks things as others would, past our adapter
import {
  DeleteBucketCorsCommand,
  DeleteBucketLifecycleCommand,
  GetBucketPolicyCommand,
  PutBucketPolicyCommand,
} from '@aws-sdk/client-s3';
import { hasKafka } from '@darkroom/testing';
import { bucket, mustRun, type DoctorWorld, type Variables } from './doctor.fixture.ts';
import { serveHttp, storeProxy, type TestServer } from './store-proxy.fixture.ts';

/** Something that is broken, alone. */
export interface Ailment {
  readonly check: string;
  readonly says: RegExp;
  readonly cause?: (world: DoctorWorld) => Promise<unknown>;
  /** Settings that are wrong, or that only the cause makes so; `undefined` is not set. */
  readonly env?: (world: DoctorWorld) => Readonly<Record<string, string | undefined>>;
  /** Where somebody has to decide: what doctor shows the cause by, and the settings when they have. */
  readonly decided?: {
    readonly look: RegExp;
    readonly env: (world: DoctorWorld) => Variables | Promise<Variables>;
  };
}

const nowhere = 'http://127.0.0.1:1';
const setup =
  (more: Variables, options = '') =>
  ({ healthy }: DoctorWorld) =>
    mustRun(`darkroom setup ${options}`, { ...healthy, ...more });

const ofDatabase: readonly Ailment[] = [
  {
    check: 'database',
    says: /DATABASE_DIRECT_URL can be used/,
    env: ({ database }) => ({
      DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
      DATABASE_DIRECT_URL: database.url,
    }),
  },
  {
    check: 'direct connection',
    says: /does not lead to Postgres itself/,
    env: () => ({ DATABASE_DIRECT_URL: 'postgres://nobody@127.0.0.1:1/none' }),
  },
  { check: 'migrations', says: /initial/, env: ({ empty }) => ({ DATABASE_URL: empty.url }) },
];

const ofBucket: readonly Ailment[] = [
  {
    check: 'bucket',
    says: /there is no bucket elsewhere/,
    env: () => ({ S3_BUCKET: 'elsewhere' }),
  },
  {
    check: 'bucket',
    says: /ECONNREFUSED/,
    env: () => ({ S3_ENDPOINT: nowhere }),
    decided: { look: /^aws s3api head-bucket/, env: () => ({}) },
  },
  {
    check: 'CORS',
    says: /no page of https:\/\/shop\.example upload/,
    env: () => ({ CORS_ORIGINS: 'https://shop.example' }),
  },
  {
    check: 'CORS',
    says: /CORS_ORIGINS is not set.*; the bucket lets some upload/,
    env: () => ({ CORS_ORIGINS: undefined }),
  },
  {
    check: 'CORS',
    says: /CORS_ORIGINS is not set/,
    cause: ({ withS3 }) => withS3((client) => client.send(new DeleteBucketCorsCommand({ Bucket: bucket }))),
    env: () => ({ CORS_ORIGINS: undefined }),
    decided: {
      look: /^aws s3api get-bucket-cors/,
      env: async (world) => {
        await setup({})(world);
        return { CORS_ORIGINS: 'http://localhost:*' };
      },
    },
  },
  {
    check: 'notification',
    says: /does not tell the queue/,
    // Another queue is set up last, and told; this one stays as open as it was
    cause: setup({}, '--queue other --dead-letter-queue darkroom-uploads-dead'),
  },
  {
    check: 'lifecycle',
    says: /go never/,
    cause: ({ withS3 }) =>
      withS3((client) => client.send(new DeleteBucketLifecycleCommand({ Bucket: bucket }))),
  },
  {
    check: 'public variants',
    says: /cannot be read: 403/,
    cause: setup({}, '--no-public-images'),
  },
  {
    check: 'public variants',
    says: /originals can be read by everybody/,
    cause: ({ withS3 }) =>
      withS3(async (client) => {
        const { Policy = '' } = await client.send(new GetBucketPolicyCommand({ Bucket: bucket }));
        const policy = JSON.parse(Policy) as { Statement: object[] };
        const open = { Effect: 'Allow', Principal: '*', Action: 's3:Get*' };
        policy.Statement.push({ Sid: 'theirs', ...open, Resource: `arn:aws:s3:::${bucket}/*` });
        await client.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy: JSON.stringify(policy) }));
      }),
  },
];

const ofQueues: readonly Ailment[] = [
  {
    check: 'queue',
    says: /there is no queue uploads-2/,
    env: ({ store }) => ({ SQS_QUEUE_URL: `${store.sqsEndpoint}/000000000000/uploads-2` }),
  },
  {
    check: 'queue',
    says: /ECONNREFUSED/,
    env: () => ({ SQS_ENDPOINT: nowhere, SQS_QUEUE_URL: `${nowhere}/000000000000/darkroom-uploads` }),
    decided: { look: /^aws sqs get-queue-attributes/, env: () => ({}) },
  },
  {
    check: 'queue policy',
    says: /does not let the bucket send/,
    cause: setup({ S3_BUCKET: 'another' }, '--create-bucket'),
  },
  {
    check: 'dead-letter queue',
    says: /goes to no dead-letter queue, or to another/,
    cause: setup({}, '--dead-letter-queue another-dead'),
  },
];

const ofKafka: readonly Ailment[] = [
  {
    check: 'topic',
    says: /there is no topic/,
    env: ({ topic }) => ({ KAFKA_TOPIC: `${topic}-missing` }),
  },
  {
    check: 'topic',
    says: /has 3 partitions; it must have 12/,
    cause: async ({ kafka, topic }) => {
      const admin = kafka().admin();
      await admin.connect();
      await admin.createTopics({ topics: [{ topic: `${topic}-small`, numPartitions: 3 }] });
      await admin.disconnect();
    },
    env: ({ topic }) => ({ KAFKA_TOPIC: `${topic}-small` }),
  },
  {
    check: 'topic',
    says: /Kafka|ECONNREFUSED/,
    env: () => ({ KAFKA_BROKERS: '127.0.0.1:1' }),
    decided: { look: /^kcat/, env: () => ({}) },
  },
  {
    check: 'topic retention',
    says: /keeps events for 1 hours/,
    cause: ({ healthy }) => mustRun('darkroom topic --retention-hours 1', healthy),
  },
];

export const ailments: readonly Ailment[] = [
  ...ofDatabase,
  ...ofBucket,
  ...ofQueues,
  {
    check: 'tokens',
    says: /less than 32 characters/,
    env: () => ({ AUTH_JWT_SECRET: 'short' }),
  },
  ...(hasKafka ? ofKafka : []),
];

/** Servers that tell of the store, the CDN or the keys what is not so. */
export interface Impostors {
  /** Says in which region the bucket is, as S3 does with every answer. */
  readonly regional: TestServer;
  /** Two minutes ahead, until somebody has had the clock set. */
  readonly ahead: TestServer;
  /** Takes every form. */
  readonly careless: TestServer;
  /** Takes none. */
  readonly refusing: TestServer;
  readonly cdn: TestServer;
  /** `/keys` has some, `/none` has none, and the issuer tells of the first. */
  readonly provider: TestServer;
  close(): Promise<void>;
}

const skewMs = 120_000;

export async function openImpostors({ store, clockSet }: DoctorWorld): Promise<Impostors> {
  const target = store.settings.endpoint;
  const onForms = (status: number) => ({
    refuse: ({
      method,
      headers,
    }: {
      method?: string | undefined;
      headers: { 'content-type'?: string | undefined };
    }) =>
      method === 'POST' && headers['content-type']?.startsWith('multipart/form-data') ? status : undefined,
  });
  const keys = { keys: [{ kty: 'RSA', kid: '1', n: 'AQAB', e: 'AQAB' }] };
  const servers = {
    regional: await storeProxy(target, {
      headers: (headers) => ({ ...headers, 'x-amz-bucket-region': store.settings.region }),
    }),
    ahead: await storeProxy(target, {
      headers: (headers) => {
        const off = existsSync(clockSet) ? 0 : skewMs;
        return { ...headers, date: new Date(Date.now() + off).toUTCString() };
      },
    }),
    careless: await storeProxy(target, onForms(204)),
    refusing: await storeProxy(target, onForms(403)),
    cdn: await storeProxy(target, { refuse: () => 403 }),
    provider: await serveHttp(({ url, headers }, response) => {
      const answers: Readonly<Record<string, object>> = {
        '/keys': keys,
        '/none': { keys: [] },
        '/.well-known/openid-configuration': { jwks_uri: `http://${headers.host}/keys` },
      };
      response.setHeader('content-type', 'application/json').end(JSON.stringify(answers[url ?? ''] ?? {}));
    }),
  };
  return {
    ...servers,
    close: async () => {
      for (const server of Object.values(servers)) await server.close();
    },
  };
}

/** Ailments of what is asked through impostors; `impostors` answers them when a test runs. */
export function outsideAilments(impostors: () => Impostors): readonly Ailment[] {
  return [
    {
      check: 'region',
      says: /is in us-east-1, not in eu-central-1/,
      env: () => ({ S3_ENDPOINT: impostors().regional.url, AWS_REGION: 'eu-central-1' }),
    },
    {
      check: 'public endpoint',
      says: /S3_PUBLIC_ENDPOINT http:\/\/127\.0\.0\.1:1 cannot be reached/,
      env: () => ({ S3_PUBLIC_ENDPOINT: nowhere }),
    },
    {
      check: 'clocks',
      says: /S3 is 1[12]\d s ahead/,
      env: () => ({ S3_ENDPOINT: impostors().ahead.url }),
    },
    {
      check: 'upload from outside',
      says: /takes uploads with another key, another type, another size.*not from inside/,
      env: () => ({ S3_PUBLIC_ENDPOINT: impostors().careless.url }),
    },
    {
      check: 'upload from outside',
      says: /it does not hold to policies/,
      env: () => ({ S3_ENDPOINT: impostors().careless.url }),
      decided: { look: /^curl/, env: () => ({}) },
    },
    {
      check: 'upload from outside',
      says: /an upload by a policy ended with 403/,
      env: () => ({ S3_ENDPOINT: impostors().refusing.url }),
      decided: { look: /^aws s3api put-object/, env: () => ({}) },
    },
    {
      check: 'public variants',
      says: /cannot be read: 403/,
      env: () => ({ PUBLIC_BASE_URL: impostors().cdn.url }),
      decided: {
        look: /^curl/,
        env: ({ store }) => ({ PUBLIC_BASE_URL: `${store.settings.endpoint}/${bucket}` }),
      },
    },
    {
      check: 'tokens',
      says: /names no key to verify with; AUTH_ISSUER has its keys elsewhere/,
      env: () => ({
        AUTH_JWKS_URL: `${impostors().provider.url}/none`,
        AUTH_ISSUER: impostors().provider.url,
      }),
    },
    {
      check: 'tokens',
      says: /names no key to verify with/,
      env: () => ({ AUTH_JWKS_URL: `${impostors().provider.url}/none` }),
      decided: { look: /^curl/, env: () => ({ AUTH_JWKS_URL: `${impostors().provider.url}/keys` }) },
    },
  ];
}
