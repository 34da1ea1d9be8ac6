import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { migrate } from '@darkroom/adapter-postgres';
import { testDatabase, testS3, type TestDatabase, type TestS3 } from '@darkroom/testing';
import { openCleanupKit, type CleanupKit } from './cleanup.fixture.ts';

let store: TestS3;
let database: TestDatabase;
let kit: CleanupKit;

beforeAll(async () => {
  [store, database] = await Promise.all([testS3(), testDatabase({ migrate })]);
  kit = await openCleanupKit({ s3: store.settings, databaseUrl: database.url });
});
afterAll(async () => {
  await kit.close();
  await Promise.all([store.close(), database.close()]);
});

/** Runs the program as a scheduler does. */
async function cleanup(args: readonly string[], changes: Readonly<Record<string, string>> = {}) {
  const env = { PATH: process.env['PATH'], ...kit.environment, LOG_LEVEL: 'silent', ...changes };
  const main = join(import.meta.dirname, 'main.ts');
  const child = spawn(process.execPath, ['--conditions=darkroom-source', main, ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

it('accepts what arrived, prints its report, and ends by itself', async () => {
  const image = await kit.waiting();
  await kit.put(image.incomingKey);
  const { code, stdout } = await cleanup(['--arrivals', '--json'], { ARRIVAL_AGE_MS: '0' });
  expect(JSON.parse(stdout)).toEqual({
    ok: true,
    tasks: [{ task: 'arrivals', finished: true, counts: { accepted: 1 }, problems: [] }],
  });
  expect(code).toBe(0);
  expect(await kit.row(image)).toMatchObject({ status: 'completed' });
});

it('runs everything where no task is named, and ends under a supervisor too', async () => {
  const { code, stdout } = await cleanup(['--json']);
  const { tasks } = JSON.parse(stdout) as { tasks: { task: string }[] };
  expect(tasks.map(({ task }) => task)).toEqual([
    'arrivals',
    'orphans',
    'stuck',
    'visibility',
    'deleted',
    'garbage',
    'multipart',
    'reconcile',
    'prune',
  ]);
  expect(code).toBe(0);
});

it('tells people in lines', async () => {
  expect((await cleanup(['--garbage'])).stdout).toBe('nothing to do\n');
  const plan = (await cleanup(['--garbage', '--prune', '--dry-run'])).stdout;
  expect(plan).toMatch(/^prune: \n( {2}.+\n)* {2}prune timeline\n/);
});

it('ends with 1 where a task could not be done', async () => {
  const { code, stdout } = await cleanup(['--arrivals', '--json'], { S3_BUCKET: 'no-such-bucket' });
  expect(JSON.parse(stdout)).toMatchObject({
    ok: false,
    tasks: [{ problems: [expect.stringContaining('S3')] }],
  });
  expect(code).toBe(1);
});

it('says what is wrong with its settings and arguments', async () => {
  const settings = await cleanup([], { DATABASE_URL: '', AWS_SECRET_ACCESS_KEY: '' });
  expect(settings).toMatchObject({ code: 2, stdout: '' });
  expect(settings.stderr).toContain('DATABASE_URL');
  expect((await cleanup(['--limit', '-1'])).stderr).toContain('a whole number above 0');
});
