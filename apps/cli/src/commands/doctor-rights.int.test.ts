import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, request, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { migrate } from '@darkroom/adapter-postgres';
import { testDatabase, testS3, type TestDatabase, type TestS3 } from '@darkroom/testing';

interface Call {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
}

const exec = promisify(execFile);
const bucket = 'my-pictures'; // that of docs/aws.md
let store: TestS3;
let database: TestDatabase;
const proxies: Server[] = [];
const calls: Call[] = [];

beforeAll(async () => {
  store = await testS3();
  database = await testDatabase({ migrate, template: 'migrated' });
});
afterAll(async () => {
  await Promise.all(proxies.map((proxy) => proxy.close()));
  await store.close();
  await database.close();
});

/** Stands before a service and notes what it answers with success. */
async function noted(target: string): Promise<string> {
  const proxy = createServer((incoming, outgoing) => {
    void buffer(incoming).then((body) => {
      const { method = '', url = '', headers } = incoming;
      const onward = request(new URL(url, target), { method, headers }, (answer) => {
        const { statusCode = 500 } = answer;
        if (statusCode < 400)
          calls.push({ method, url: new URL(url, target), headers, body: body.toString('latin1') });
        outgoing.writeHead(statusCode, answer.headers);
        answer.pipe(outgoing);
      });
      onward.end(body);
    });
  });
  proxies.push(proxy);
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  return `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
}

async function darkroom(args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const main = join(import.meta.dirname, '../main.ts');
  await exec(process.execPath, ['--conditions=darkroom-source', main, ...args], { env });
}

/** `action resource` of IAM for what was asked; nothing for what anybody may. */
function rightsFor({ method, url, headers, body }: Call): string[] {
  const target = headers['x-amz-target'];
  if (typeof target === 'string') {
    const { QueueUrl } = JSON.parse(body) as { readonly QueueUrl: string };
    const queue = new URL(QueueUrl).pathname.split('/').at(-1) ?? '';
    return [`${target.replace('AmazonSQS.', 'sqs:')} arn:aws:sqs:eu-central-1:111122223333:${queue}`];
  }
  const arn = `arn:aws:s3:::${bucket}`;
  const form = method === 'POST' && headers['content-type']?.startsWith('multipart/form-data');
  if (form) return [`s3:PutObject ${arn}/${/name="key"\r\n\r\n([^\r]+)/.exec(body)?.[1] ?? ''}`];
  if (headers.authorization === undefined) return [];
  if (url.searchParams.has('delete'))
    return [...body.matchAll(/<Key>([^<]+)/g)].map(([, key]) => `s3:DeleteObject ${arn}/${key ?? ''}`);
  if (url.searchParams.has('cors')) return [`s3:GetBucketCORS ${arn}`];
  if (url.searchParams.has('notification')) return [`s3:GetBucketNotification ${arn}`];
  if (url.searchParams.has('lifecycle')) return [`s3:GetLifecycleConfiguration ${arn}`];
  if (method === 'HEAD' && url.pathname.replace(/\/$/, '') === `/${bucket}`) return [`s3:ListBucket ${arn}`];
  if (method === 'PUT') return [`s3:PutObject arn:aws:s3:::${url.pathname.slice(1)}`];
  throw new Error(`which right is ${method} ${url}?`);
}

async function documented(): Promise<string[]> {
  const page = await readFile(join(import.meta.dirname, '../../../../docs/aws.md'), 'utf8');
  const section = page.split('### darkroom doctor')[1]?.split('```json')[1]?.split('```')[0] ?? '';
  const { Statement } = JSON.parse(section) as { readonly Statement: readonly Statement[] };
  return Statement.flatMap(({ Action, Resource }) =>
    [Action].flat().flatMap((action) => [Resource].flat().map((resource) => `${action} ${resource}`)),
  );
}

it('doctor asks for what docs/aws.md gives it, and for nothing else', async () => {
  const { endpoint, credentials, region } = store.settings;
  const env = {
    PATH: process.env['PATH'],
    DATABASE_URL: database.url,
    S3_BUCKET: bucket,
    S3_ENDPOINT: endpoint,
    SQS_ENDPOINT: store.sqsEndpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    CORS_ORIGINS: 'http://localhost:*',
    AUTH_JWT_SECRET: 'a-secret-that-is-long-enough-for-hs256',
  };
  await darkroom(['setup', '--create-bucket'], env);
  const sqs = await noted(store.sqsEndpoint);
  const queues = {
    S3_ENDPOINT: await noted(endpoint),
    SQS_ENDPOINT: sqs,
    SQS_QUEUE_URL: `${sqs}/000000000000/darkroom-uploads`,
    SQS_DEAD_LETTER_QUEUE_URL: `${sqs}/000000000000/darkroom-uploads-dead`,
  };
  await darkroom(['doctor'], { ...env, ...queues });
  const used = calls
    .flatMap(rightsFor)
    .map((right) => right.replace(/\/darkroom-doctor\/.+/, '/darkroom-doctor/*'));
  expect([...new Set(used)].toSorted()).toEqual((await documented()).toSorted());
}, 180_000);
