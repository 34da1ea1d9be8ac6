import { spawn, type ChildProcess } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { join, resolve } from 'node:path';
import { freePort } from '@darkroom/local-stack';
import { Client, startStack, type StackDescription } from '@darkroom/testing';

export interface LiveFigures {
  readonly streams: number;
  /** Resident memory of the process, in bytes, with a few streams and with all of them. */
  readonly memoryBefore: number;
  readonly memoryAfter: number;
  /** Milliseconds from sending a call to one process until its entry comes out of another, sorted. */
  readonly arrivals: readonly number[];
  /** The same from the call's answer on. */
  readonly arrivalsAfterAnswer: readonly number[];
}

const repository = resolve(import.meta.dirname, '../../..');
const secret = 'a secret of the benchmarks, long enough for HS256';
const warmUps = 20;
const changes = 200;

/** Opens `streams` streams of as many owners on one API process, and makes changes through another. */
export async function measureLive(streams: number, onProgress: (text: string) => void): Promise<LiveFigures> {
  const stack = await startStack({ env: { LOG_LEVEL: 'warn' } });
  const processes: ChildProcess[] = [];
  try {
    const description = await stack.describe();
    const start = async (): Promise<Api> => {
      const api = await startApi(description);
      processes.push(api.process);
      return api;
    };
    const [reader, writer] = [await start(), await start()];
    await Promise.all(Array.from({ length: warmUps }, (_, n) => listen(reader.url, `warm ${n}`)));
    await heartbeats();
    const memoryBefore = await residentBytes(reader.process);
    for (let n = warmUps; n < streams; n += 50) {
      const some = Array.from({ length: Math.min(50, streams - n) }, (_, i) =>
        listen(reader.url, `owner ${n + i}`),
      );
      await Promise.all(some);
      onProgress(`${n} streams`);
    }
    await heartbeats();
    const memoryAfter = await residentBytes(reader.process);
    onProgress('changes');
    const arrivals = await measureArrivals(reader.url, new Client(writer.url, tokenOf('bench')));
    return { streams, memoryBefore, memoryAfter, ...arrivals };
  } finally {
    await Promise.all(processes.map(stop));
    await stack.close();
  }
}

interface Api {
  readonly url: string;
  readonly process: ChildProcess;
}

const heartbeatMs = 1_000;

/** A few rounds of signs of life, so that what a stream needs while it is idle is there. */
const heartbeats = () => new Promise((done) => setTimeout(done, 4 * heartbeatMs));

async function startApi({ postgres, s3, sqs }: StackDescription): Promise<Api> {
  const port = await freePort();
  const child = spawn(
    process.execPath,
    ['--conditions=darkroom-source', join(repository, 'apps/upload-api/src/main.ts')],
    {
      env: {
        PATH: process.env['PATH'],
        LOG_LEVEL: 'warn',
        ROLES: 'api',
        HTTP_PORT: String(port),
        HTTP_HOST: '127.0.0.1',
        HEALTH_PORT: '0',
        DATABASE_URL: postgres,
        S3_BUCKET: s3.bucket,
        S3_ENDPOINT: s3.endpoint,
        AWS_REGION: s3.region,
        AWS_ACCESS_KEY_ID: s3.accessKeyId,
        AWS_SECRET_ACCESS_KEY: s3.secretAccessKey,
        SQS_ENDPOINT: sqs.endpoint,
        SQS_QUEUE_URL: sqs.queueUrl,
        SQS_DEAD_LETTER_QUEUE_URL: sqs.deadLetterQueueUrl,
        AUTH_JWT_SECRET: secret,
        LIVE_HEARTBEAT_MS: String(heartbeatMs),
        RATE_LIMIT_USER_PER_MINUTE: '0',
        RATE_LIMIT_ADDRESS_PER_MINUTE: '0',
      },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    },
  );
  const [message] = (await Promise.race([once(child, 'message'), once(child, 'exit')])) as [unknown];
  if (typeof message !== 'object') throw new Error(`the API ended with ${String(message)}`);
  return { url: `http://127.0.0.1:${port}/api`, process: child };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

function tokenOf(sub: string): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg: 'HS256' })}.${part({ sub, exp: Math.floor(Date.now() / 1_000) + 3_600 })}`;
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}

/** Opens the stream over all images of `owner`; resolves once it has begun. */
async function listen(url: string, owner: string, onText: (text: string) => void = () => undefined) {
  const request = get(`${url}/events`, {
    agent: false,
    headers: { authorization: `Bearer ${tokenOf(owner)}` },
  });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  if (response.statusCode !== 200) throw new Error(`the stream answered ${response.statusCode}`);
  response.setEncoding('utf8').on('data', onText);
  response.on('error', () => undefined); // its end, when the process stops
}

async function measureArrivals(url: string, client: Client) {
  let arrived: (() => void) | undefined;
  await listen(url, 'bench', (text) => {
    if (text.includes('event: timeline')) arrived?.();
  });
  await heartbeats();
  const arrivals: number[] = [];
  const arrivalsAfterAnswer: number[] = [];
  for (let n = 0; n < changes; n += 1) {
    const heard = new Promise<number>((done) => (arrived = () => done(performance.now())));
    const sentAt = performance.now();
    const bytes = new Uint8Array(100_000);
    await client.presigned({ filename: `${n}.jpg`, contentType: 'image/jpeg', bytes });
    const answeredAt = performance.now();
    const heardAt = await heard;
    arrivals.push(heardAt - sentAt);
    arrivalsAfterAnswer.push(Math.max(0, heardAt - answeredAt));
  }
  const ascending = (a: number, b: number) => a - b;
  return {
    arrivals: arrivals.sort(ascending),
    arrivalsAfterAnswer: arrivalsAfterAnswer.sort(ascending),
  };
}

/** What the kernel accounts to the process now (Linux, proc(5)). */
async function residentBytes({ pid }: ChildProcess): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1_024;
}
