import { spawn, type ChildProcess } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { freePort } from '@darkroom/local-stack';
import type { StackDescription } from '@darkroom/testing';

const repository = resolve(import.meta.dirname, '../../..');
const secret = 'a secret of the benchmarks, long enough for HS256';

export interface ApiOptions {
  /** Another checkout. */
  readonly folder?: string | undefined;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Api {
  readonly url: string;
  readonly process: ChildProcess;
}

/** An API process beside those of a stack, on its database and store, from the sources in `folder`. */
export async function startApi(
  { postgres, s3, sqs }: StackDescription,
  { folder = repository, env = {} }: ApiOptions = {},
): Promise<Api> {
  const port = await freePort();
  const child = spawn(
    process.execPath,
    ['--conditions=darkroom-source', join(folder, 'apps/upload-api/src/main.ts')],
    {
      env: {
        PATH: process.env['PATH'],
        LOG_LEVEL: 'warn',
        ROLES: 'api',
        HTTP_PORT: String(port),
        HTTP_HOST: '127.0.0.1',
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
        RATE_LIMIT_USER_PER_MINUTE: '0',
        RATE_LIMIT_ADDRESS_PER_MINUTE: '0',
        ...env,
      },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    },
  );
  const [message] = (await Promise.race([once(child, 'message'), once(child, 'exit')])) as [unknown];
  if (typeof message !== 'object') throw new Error(`the API ended with ${String(message)}`);
  return { url: `http://127.0.0.1:${port}/api`, process: child };
}

export async function stopApi(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

/** A token of `sub` that every API started here takes. */
export function tokenOf(sub: string): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg: 'HS256' })}.${part({ sub, exp: Math.floor(Date.now() / 1_000) + 3_600 })}`;
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}
