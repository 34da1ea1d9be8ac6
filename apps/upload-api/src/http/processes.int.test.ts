import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { freePort } from '@darkroom/local-stack';
import {
  Client,
  programOptions,
  testDatabase,
  testS3,
  type Answer,
  type TestDatabase,
  type TestS3,
} from '@darkroom/testing';
import { environmentOf, migrate, tokenFor } from './api.fixture.ts';

let store: TestS3;
let database: TestDatabase;
const children: ChildProcess[] = [];
let environment: Record<string, string>;

const places = 10;
const perMinute = 30;

beforeAll(async () => {
  [store, database] = await Promise.all([testS3(), testDatabase({ migrate })]);
  environment = await environmentOf({
    s3: store.settings,
    sqsEndpoint: store.sqsEndpoint,
    databaseUrl: database.url,
  });
});
afterAll(async () => {
  for (const child of children) {
    child.kill('SIGTERM');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
  await Promise.all([store.close(), database.close()]);
});

/** The program itself, as a process of its own. */
async function start(env: Record<string, string>): Promise<string> {
  const port = await freePort();
  const main = join(import.meta.dirname, '..', 'main.ts');
  const child = spawn(process.execPath, [...programOptions(), main], {
    env: { PATH: process.env['PATH'] ?? '', ...env, HTTP_PORT: String(port) },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  children.push(child);
  await once(child, 'message');
  return `http://127.0.0.1:${port}/api`;
}

/** A client of each of two processes with these settings. */
async function clientsOf(user: string, settings: Record<string, string>): Promise<Client[]> {
  const env = { ...environment, ...settings };
  const [token, ...urls] = await Promise.all([tokenFor(user), start(env), start(env)]);
  return urls.map((url) => new Client(url, token));
}

/** `count` calls at once, by turns of each process; again where a busy machine made it answer "try again". */
const byTurns = <T>(
  count: number,
  clients: readonly Client[],
  call: (client: Client) => Promise<Answer<T>>,
) =>
  Promise.all(
    Array.from({ length: count }, async (_, i) => {
      for (;;) {
        const answer = await call(clients[i % clients.length]!);
        if (answer.status !== 503) return answer;
      }
    }),
  );

describe('two processes of the API', () => {
  it('let in exactly as many uploads at once as there are places', async () => {
    const clients = await clientsOf('alice', { QUOTA_IMAGES: String(places) });
    const file = { filename: 'a.jpg', contentType: 'image/jpeg', bytes: new Uint8Array(100) };
    const answers = await byTurns(100, clients, (client) => client.presign(file));
    const statuses = Map.groupBy(answers, ({ status }) => status);
    expect([...statuses].map(([status, of]) => [status, of.length]).sort()).toEqual([
      [200, places],
      [403, 100 - places],
    ]);
    const overview = await clients[0]!.call<{ quota: unknown }>('GET', '/images/stats/overview');
    expect(overview.body.quota).toMatchObject({ used_images: places, used_bytes: places * 100 });
  });

  it('count the calls of a user together', async () => {
    const clients = await clientsOf('bob', { RATE_LIMIT_USER_PER_MINUTE: String(perMinute) });
    const answers = await byTurns(perMinute + 10, clients, (client) =>
      client.call('GET', '/images/categories'),
    );
    const passed = answers.filter(({ status }) => status === 200);
    const left = passed.map(({ headers }) =>
      Number(/"user";r=(\d+)/.exec(headers.get('ratelimit') ?? '')?.[1]),
    );
    expect(left.sort((a, b) => a - b)).toEqual(Array.from({ length: perMinute }, (_, i) => i));
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(10);
  });
});
