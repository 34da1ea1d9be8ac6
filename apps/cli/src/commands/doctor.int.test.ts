import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteBucketLifecycleCommand, S3Client } from '@aws-sdk/client-s3';
import { migrate, openPostgres } from '@darkroom/adapter-postgres';
import { hasKafka, testDatabase, testKafka, testS3, type TestDatabase, type TestS3 } from '@darkroom/testing';
import kafkajs from 'kafkajs';
import type { Result } from '../doctor/examine.ts';

let store: TestS3;
let database: TestDatabase;
let empty: TestDatabase;
let folder: string;
let healthy: Record<string, string>;
const brokers: string[] = [];
let topic = '';

beforeAll(async () => {
  store = await testS3();
  database = await testDatabase({ migrate, template: 'migrated' });
  empty = await testDatabase();
  // The commands that doctor prints begin with `darkroom`: a program of this name in the path
  folder = await mkdtemp(join(tmpdir(), 'darkroom-doctor-'));
  const program = join(folder, 'darkroom');
  const main = join(import.meta.dirname, '../main.ts');
  await writeFile(
    program,
    `#!/bin/sh\nexec '${process.execPath}' --conditions=darkroom-source '${main}' "$@"\n`,
  );
  await chmod(program, 0o755);
  const { endpoint, credentials, region } = store.settings;
  healthy = {
    PATH: `${folder}:${process.env['PATH'] ?? ''}`,
    DATABASE_URL: database.url,
    S3_BUCKET: 'pictures',
    S3_ENDPOINT: endpoint,
    SQS_ENDPOINT: store.sqsEndpoint,
    SQS_QUEUE_URL: `${store.sqsEndpoint}/000000000000/darkroom-uploads`,
    SQS_DEAD_LETTER_QUEUE_URL: `${store.sqsEndpoint}/000000000000/darkroom-uploads-dead`,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    CORS_ORIGINS: 'http://localhost:*',
    AUTH_JWT_SECRET: 'a-secret-that-is-long-enough-for-hs256',
  };
  if (hasKafka) {
    const kafka = await testKafka();
    brokers.push(...kafka.brokers);
    topic = kafka.randomTopic();
    Object.assign(healthy, { EVENT_BUS: 'kafka', KAFKA_BROKERS: brokers.join(','), KAFKA_TOPIC: topic });
    expect(await shell('darkroom topic', healthy)).toMatchObject({ code: 0 });
  }
  expect(await shell('darkroom setup --create-bucket', healthy)).toMatchObject({ code: 0 });
});
afterAll(async () => {
  await store.close();
  await database.close();
  await empty.close();
  await rm(folder, { recursive: true });
});

async function shell(script: string, env: Readonly<Record<string, string>>) {
  const child = spawn('sh', ['-c', script], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

async function doctor(env: Readonly<Record<string, string>>, first = ''): Promise<Result[]> {
  const { stdout, stderr } = await shell(`${first}\ndarkroom doctor --json`, env);
  expect(stderr).toBe('');
  return JSON.parse(stdout.slice(stdout.indexOf('['))) as Result[];
}

const failed = (results: readonly Result[]) =>
  results.filter(({ state }) => state === 'failed').map(({ name }) => name);

async function withS3(work: (client: S3Client) => Promise<unknown>): Promise<void> {
  const { endpoint, credentials, region } = store.settings;
  const client = new S3Client({ endpoint, credentials, region, forcePathStyle: true });
  await work(client);
  client.destroy();
}

async function withAdmin(work: (admin: kafkajs.Admin) => Promise<unknown>): Promise<void> {
  const admin = new kafkajs.Kafka({ brokers, logLevel: kafkajs.logLevel.NOTHING }).admin();
  await admin.connect();
  await work(admin);
  await admin.disconnect();
}

const setup =
  (more: Readonly<Record<string, string>>, options = '') =>
  async () => {
    expect(await shell(`darkroom setup ${options}`, { ...healthy, ...more })).toMatchObject({ code: 0 });
  };
const nothing = () => Promise.resolve();

interface Ailment {
  readonly check: string;
  readonly says: RegExp;
  readonly cause: () => Promise<void>;
  /** Settings that are wrong, or that only the cause makes so. */
  readonly env?: () => Readonly<Record<string, string>>;
}

const ailments: readonly Ailment[] = [
  {
    check: 'direct connection',
    says: /does not lead to Postgres itself/,
    cause: nothing,
    env: () => ({ DATABASE_DIRECT_URL: 'postgres://nobody@127.0.0.1:1/none' }),
  },
  {
    check: 'migrations',
    says: /initial/,
    cause: nothing,
    env: () => ({ DATABASE_URL: empty.url }),
  },
  {
    check: 'bucket',
    says: /there is no bucket elsewhere/,
    cause: nothing,
    env: () => ({ S3_BUCKET: 'elsewhere' }),
  },
  {
    check: 'CORS',
    says: /no page of https:\/\/shop\.example upload/,
    cause: nothing,
    env: () => ({ CORS_ORIGINS: 'https://shop.example' }),
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
    cause: () => withS3((client) => client.send(new DeleteBucketLifecycleCommand({ Bucket: 'pictures' }))),
  },
  {
    check: 'public variants',
    says: /cannot be read: 403/,
    cause: setup({}, '--no-public-images'),
  },
  {
    check: 'queue',
    says: /there is no queue uploads-2/,
    cause: nothing,
    env: () => ({ SQS_QUEUE_URL: `${store.sqsEndpoint}/000000000000/uploads-2` }),
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
  {
    check: 'tokens',
    says: /less than 32 characters/,
    cause: nothing,
    env: () => ({ AUTH_JWT_SECRET: 'short' }),
  },
  ...(hasKafka
    ? ([
        {
          check: 'topic',
          says: /there is no topic/,
          cause: nothing,
          env: () => ({ KAFKA_TOPIC: `${topic}-missing` }),
        },
        {
          check: 'topic',
          says: /has 3 partitions; it must have 12/,
          cause: () =>
            withAdmin((admin) =>
              admin.createTopics({ topics: [{ topic: `${topic}-small`, numPartitions: 3 }] }),
            ),
          env: () => ({ KAFKA_TOPIC: `${topic}-small` }),
        },
        {
          check: 'topic retention',
          says: /keeps events for 1 hours/,
          cause: async () => {
            expect(await shell('darkroom topic --retention-hours 1', healthy)).toMatchObject({ code: 0 });
          },
        },
      ] as const)
    : []),
];

it('finds nothing where all is well, and says so', async () => {
  expect(failed(await doctor(healthy))).toEqual([]);
  const { code, stdout } = await shell('darkroom doctor', healthy);
  expect(stdout).toContain('All is well.');
  expect(code).toBe(0);
});

it.each(ailments)('$check: names that and nothing else, and its command cures it', async (ailment) => {
  await ailment.cause();
  const env = { ...healthy, ...ailment.env?.() };
  const sick = await doctor(env);
  expect(failed(sick)).toEqual([ailment.check]);
  const { what, fix = '' } = sick.find(({ state }) => state === 'failed') ?? {};
  expect(what).toMatch(ailment.says);
  // In the same shell, as a person would: some cures are settings
  expect(failed(await doctor(env, fix))).toEqual([]);
  // A cure for another bucket or queue took them over; the next case wants them as they were
  if (fix.startsWith('darkroom setup')) await shell('darkroom setup', healthy);
});

it('names who lags behind', async () => {
  const postgres = openPostgres(
    { DATABASE_URL: database.url, DATABASE_POOL_SIZE: 1 },
    { applicationName: 'test', onError: () => undefined },
  );
  const head = 'update event_log_head set next_offset = 2 where singleton';
  const event = `insert into event_log
    (event_id, image_id, image_seq, owner_id, partition, type, time, data, log_offset, appended_at)
    values (gen_random_uuid(), gen_random_uuid(), 1, 'alice', 0, 'ImageUploaded', now() - interval '1 hour', '{}', 1,
      now() - interval '1 hour')`;
  const group = "insert into event_groups (name) values ('variant-worker')";
  const offset =
    "insert into event_group_offsets (group_name, partition, next_offset) values ('variant-worker', 0, 1)";
  for (const sql of [head, event, group, offset]) await postgres.db.knex.raw(sql);
  await postgres.close();
  const results = await doctor(healthy);
  expect(failed(results)).toEqual(['lag']);
  expect(results.find(({ name }) => name === 'lag')?.what).toMatch(
    /variant-worker has 1 events waiting, .* 6\d minutes/,
  );
});

it('names what is away once, and asks nothing that hangs on it', async () => {
  const away = { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' };
  const results = await doctor({ ...healthy, ...away });
  expect(failed(results)).toEqual(['database']);
  const skipped = results.filter(({ state }) => state === 'skipped').map(({ name }) => name);
  expect(skipped).toEqual(['direct connection', 'migrations', 'lag', 'clocks']);
});
