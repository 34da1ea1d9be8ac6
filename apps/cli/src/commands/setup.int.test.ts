import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { testS3, type TestS3 } from '@darkroom/testing';

let store: TestS3;
beforeAll(async () => {
  store = await testS3();
});
afterAll(() => store.close());

async function darkroom(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const main = join(import.meta.dirname, '../main.ts');
  const child = spawn(process.execPath, ['--conditions=darkroom-source', main, ...args], {
    env: { PATH: process.env['PATH'], DARKROOM_DATA_DIR: '/nowhere', ...env },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

const local = (): Record<string, string> => ({
  S3_BUCKET: 'pictures',
  S3_ENDPOINT: store.settings.endpoint,
  SQS_ENDPOINT: store.sqsEndpoint,
  AWS_REGION: store.settings.region,
  AWS_ACCESS_KEY_ID: store.settings.credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: store.settings.credentials.secretAccessKey,
  CORS_ORIGINS: 'http://localhost:*,http://127.0.0.1:*',
});

it('sets up an empty store, says what it made, and repeats without a change', async () => {
  const without = await darkroom(['setup', '--json'], local());
  expect(without).toMatchObject({ code: 1, stdout: '' });
  expect(without.stderr).toContain('--create-bucket');

  const first = await darkroom(['setup', '--create-bucket', '--json'], local());
  expect(first).toMatchObject({ code: 0 });
  const made = JSON.parse(first.stdout) as Record<string, unknown>;
  expect(made).toMatchObject({
    bucket: 'pictures',
    bucketCreated: true,
    queueUrl: expect.stringMatching(/\/darkroom-uploads$/),
    deadLetterQueueUrl: expect.stringMatching(/\/darkroom-uploads-dead$/),
  });
  const second = await darkroom(['setup', '--create-bucket', '--json'], local());
  expect(JSON.parse(second.stdout)).toEqual({ ...made, bucketCreated: false });

  const preflight = await fetch(`${store.settings.endpoint}/pictures`, {
    method: 'OPTIONS',
    headers: { origin: 'http://localhost:5173', 'access-control-request-method': 'POST' },
  });
  await preflight.text();
  expect(preflight.status).toBe(200);
});

it('prints what docs/aws.md shows, without asking anybody', async () => {
  const { code, stdout } = await darkroom(['setup', '--print', '--account', '111122223333'], {
    S3_BUCKET: 'my-pictures',
    AWS_REGION: 'eu-central-1',
    CORS_ORIGINS: 'https://shop.example',
    S3_ENDPOINT: '', // as Compose leaves what is not set
  });
  expect(code).toBe(0);
  const page = await readFile(join(import.meta.dirname, '../../../../docs/aws.md'), 'utf8');
  const shown = [...page.matchAll(/<!-- darkroom setup --print: (\S+) -->\s+```json\n([\s\S]*?)\n```/g)];
  expect(Object.fromEntries(shown.map(([, name, json]) => [name, JSON.parse(json ?? '')]))).toEqual(
    JSON.parse(stdout),
  );
});
