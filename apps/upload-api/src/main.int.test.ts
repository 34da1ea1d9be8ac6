import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { openS3 } from '@darkroom/adapter-s3';
import { incomingKey } from '@darkroom/domain';
import { newId } from '@darkroom/kernel';
import { freePort } from '@darkroom/local-stack';
import {
  programOptions,
  testDatabase,
  testS3,
  waitFor,
  type TestDatabase,
  type TestS3,
} from '@darkroom/testing';
import { environmentOf, migrate } from './http/api.fixture.ts';

let store: TestS3;
let database: TestDatabase;
let environment: Record<string, string>;
const children = new Set<ChildProcess>();

beforeAll(async () => {
  [store, database] = await Promise.all([testS3(), testDatabase({ migrate })]);
  environment = await environmentOf({
    s3: store.settings,
    sqsEndpoint: store.sqsEndpoint,
    databaseUrl: database.url,
  });
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await Promise.all([store.close(), database.close()]);
});

/** The program as its supervisor starts it, with an IPC channel. */
function start(env: Record<string, string>): ChildProcess {
  const child = spawn(process.execPath, [...programOptions(), join(import.meta.dirname, 'main.ts')], {
    env: { PATH: process.env['PATH'] ?? '', ...environment, ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  child.stdout?.resume();
  children.add(child);
  return child;
}

async function ended(child: ChildProcess): Promise<unknown> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode;
}

describe('the program', () => {
  it('says when it is ready, does its one role, and stops when it is asked to', async () => {
    const port = await freePort();
    const child = start({ ROLES: 'relay', HTTP_PORT: String(port) });
    const [message] = (await once(child, 'message')) as [unknown];
    expect(message).toEqual({ type: 'ready' });
    const ready = await fetch(`http://127.0.0.1:${port}/readyz`);
    expect(await ready.json()).toEqual({
      ready: true,
      checks: { database: 'ok', store: 'ok', queue: 'ok' },
    });
    expect((await fetch(`http://127.0.0.1:${port}/api/images`)).status).toBe(404);
    child.kill('SIGTERM');
    expect(await ended(child)).toBe(0);
  });

  it('tells as the API alone what waits for the relay, and that there is none', async () => {
    const s3 = openS3(store.settings);
    const upload = { id: newId(), ownerId: 'alice', categoryId: 1, createdAt: new Date() };
    await s3.objects.put(incomingKey(upload, 'image/png'), Buffer.from('a file'), {
      contentType: 'image/png',
    });
    s3.close();
    const port = await freePort();
    const child = start({ ROLES: 'api', HTTP_PORT: String(port) });
    await once(child, 'message');
    const metric = async (name: string): Promise<number> => {
      const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
      const line = text.split('\n').find((one) => one.startsWith(name));
      return line === undefined ? Number.NaN : Number(line.split(' ').at(-1));
    };
    expect(await metric('darkroom_role_up{role="api"')).toBe(1);
    expect(await metric('darkroom_role_up{role="relay"')).toBe(0);
    expect(await metric('darkroom_role_up{role="publisher"')).toBeNaN();
    await waitFor(async () => (await metric('darkroom_incoming_oldest_seconds{')) > 0, {
      what: 'the age of the file',
    });
    await waitFor(async () => (await metric('darkroom_queue_messages{queue="main",state="waiting"')) === 1, {
      what: 'the notification',
      timeoutMs: 20_000,
    });
    child.kill('SIGTERM');
    expect(await ended(child)).toBe(0);
  });

  it('ends with the one that started it', async () => {
    const child = start({ ROLES: 'api' });
    await once(child, 'message');
    child.disconnect();
    expect(await ended(child)).toBe(0);
  });

  it('names every setting that is wrong, and does not start', async () => {
    const child = start({ ROLES: 'api', AUTH_JWT_SECRET: 'short', HTTP_PORT: 'x' });
    let words = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (words += text));
    expect(await ended(child)).toBe(2);
    await waitFor(() => words.includes('HTTP_PORT'), { what: 'the words' });
    expect(words).toContain('AUTH_JWT_SECRET: at least 32 characters');
    expect(words).not.toContain('short');
  });
});
