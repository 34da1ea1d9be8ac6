import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import { once } from 'node:events';
import { freePort } from '../../process/free-port.ts';
import type { Server } from './target.fixture.ts';

/** Starts ministack, an independent S3 and SQS, with signatures on and everything on loopback. */
export const startMinistack = async (bin: (name: string) => string): Promise<Server> => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'darkroom-ministack-'));
  const port = await freePort();
  const keys = { accessKeyId: 'test', secretAccessKey: 'test', region: 'us-east-1' };
  const child = spawn(bin('ministack'), [], {
    stdio: 'ignore',
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      TMPDIR: folder,
      AUTH: 'true',
      BIND_HOST: '127.0.0.1',
      GATEWAY_PORT: String(port),
      MINISTACK_HOST: '127.0.0.1',
      S3_PERSIST: '1',
      S3_DATA_DIR: path.join(folder, 's3'),
      STATE_DIR: path.join(folder, 'state'),
      SERVICES: 's3,sqs',
      LOG_LEVEL: 'ERROR',
      AWS_ACCESS_KEY_ID: keys.accessKeyId,
      AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
    },
  });
  const ended = once(child, 'exit');
  const endpoint = `http://127.0.0.1:${port}`;
  const close = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await untilAnswering(endpoint, () => child.exitCode !== null);
  } catch (error) {
    await close();
    throw error;
  }
  return { ...keys, s3Endpoint: endpoint, sqsEndpoint: endpoint, close };
};

const untilAnswering = async (endpoint: string, hasEnded: () => boolean): Promise<void> => {
  for (const until = Date.now() + 30_000; Date.now() < until; await wait(100)) {
    if (hasEnded()) throw new Error('ministack ended before it answered');
    const answer = await fetch(`${endpoint}/`, { headers: { connection: 'close' } }).catch(() => undefined);
    await answer?.text();
    if (answer) return;
  }
  throw new Error('ministack did not answer within 30 s');
};
