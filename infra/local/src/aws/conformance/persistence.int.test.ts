import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { emulatorKeys } from './emulator-server.fixture.ts';
import { Target } from './target.fixture.ts';

const main = path.join(import.meta.dirname, '..', 'main.ts');

interface Program {
  readonly child: ChildProcess;
  readonly target: Target;
}

describe('the emulator as a program', () => {
  let dataDir: string;
  const running: Program[] = [];
  beforeEach(async () => {
    dataDir = await mkdtemp(path.join(os.tmpdir(), 'darkroom aws '));
  });
  afterEach(async () => {
    for (const { child, target } of running.splice(0)) {
      await target.close();
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL');
        await once(child, 'exit');
      }
    }
    await rm(dataDir, { recursive: true });
  });

  const environment = () => ({
    PATH: process.env['PATH'],
    AWS_EMULATOR_DATA_DIR: dataDir,
    AWS_EMULATOR_S3_PORT: '0',
    AWS_EMULATOR_SQS_PORT: '0',
    AWS_ACCESS_KEY_ID: emulatorKeys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: emulatorKeys.secretAccessKey,
    AWS_REGION: emulatorKeys.region,
  });
  const start = async (): Promise<Program> => {
    const child = spawn(process.execPath, ['--conditions=darkroom-source', main], {
      env: environment(),
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    const [ready] = (await once(child, 'message')) as [
      { s3: { endpoint: string }; sqs: { endpoint: string } },
    ];
    const close = async () => undefined;
    const target = new Target({
      ...emulatorKeys,
      s3Endpoint: ready.s3.endpoint,
      sqsEndpoint: ready.sqs.endpoint,
      close,
    });
    const program = { child, target };
    running.push(program);
    return program;
  };
  const end = async ({ child }: Program, how: 'SIGTERM' | 'SIGKILL' | 'disconnect'): Promise<unknown> => {
    const ended = once(child, 'exit');
    if (how === 'disconnect') child.disconnect();
    else child.kill(how);
    return (await ended)[0];
  };

  it('prints one line when it is ready', async () => {
    const child = spawn(process.execPath, ['--conditions=darkroom-source', main], {
      env: environment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [line] = (await once(child.stdout!, 'data')) as [Buffer];
    child.kill('SIGTERM');
    const [code] = (await once(child, 'exit')) as [number];
    expect(JSON.parse(line.toString())).toMatchObject({
      ready: true,
      s3: { endpoint: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) },
    });
    expect([code, child.stderr!.read()]).toEqual([0, null]);
  });
  it.each(['SIGTERM', 'disconnect'] as const)(
    'ends cleanly on %s, also while a receiver waits',
    async (how) => {
      const program = await start();
      const { url } = await program.target.newQueue();
      const waiting = program.target.sqs
        .send(new ReceiveMessageCommand({ QueueUrl: url, WaitTimeSeconds: 20 }))
        .catch(() => 'cut off');
      await program.target.sqs.send(new GetQueueAttributesCommand({ QueueUrl: url }));
      expect(await end(program, how)).toBe(0);
      await waiting;
    },
  );
  it('names what is missing in its environment', async () => {
    const child = spawn(process.execPath, ['--conditions=darkroom-source', main], {
      env: {},
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const [[said], [code]] = await Promise.all([once(child.stderr!, 'data'), once(child, 'exit')]);
    expect([code, String(said)]).toEqual([1, expect.stringContaining('AWS_EMULATOR_DATA_DIR')]);
  });

  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'keeps objects, uploads, settings and messages over %s',
    async (how) => {
      const first = await start();
      const Bucket = await first.target.newBucket();
      const queue = await first.target.newQueue({}, Bucket);
      await first.target.notify(Bucket, queue.arn, ['s3:ObjectCreated:*']);
      expect(await first.target.take(queue.url, 1)).toHaveLength(1);
      await first.target.s3.send(
        new PutObjectCommand({ Bucket, Key: 'a/../b', Body: 'kept', ContentType: 'text/plain' }),
      );
      const { UploadId } = await first.target.s3.send(
        new CreateMultipartUploadCommand({ Bucket, Key: 'parts' }),
      );
      const { ETag } = await first.target.s3.send(
        new UploadPartCommand({ Bucket, Key: 'parts', UploadId, PartNumber: 1, Body: 'part' }),
      );
      await first.target.sqs.send(new SendMessageCommand({ QueueUrl: queue.url, MessageBody: 'message' }));
      await end(first, how);

      const { target } = await start();
      const got = await target.s3.send(new GetObjectCommand({ Bucket, Key: 'a/../b' }));
      expect([await got.Body!.transformToString(), got.ContentType]).toEqual(['kept', 'text/plain']);
      await target.s3.send(
        new CompleteMultipartUploadCommand({
          Bucket,
          Key: 'parts',
          UploadId,
          MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] },
        }),
      );
      expect(
        await (
          await target.s3.send(new GetObjectCommand({ Bucket, Key: 'parts' }))
        ).Body!.transformToString(),
      ).toBe('part');
      // The queue is known by its name: its port was another before. Two notifications and the message.
      const url = queue.url.replace(/^http:\/\/[^/]+/, target.server.sqsEndpoint);
      const bodies = await target.take(url, 3);
      expect(bodies.filter((body) => body === 'message')).toHaveLength(1);
      expect(bodies.filter((body) => body.includes('ObjectCreated'))).toHaveLength(2);
    },
  );

  it('an upload cut off by SIGKILL leaves neither object nor bytes', async () => {
    const first = await start();
    const Bucket = await first.target.newBucket();
    const endless = Readable.from(
      (async function* () {
        for (let chunk = 0; ; chunk++) {
          yield Buffer.alloc(64 * 1024, 1);
          if (chunk === 3) await new Promise(() => undefined);
        }
      })(),
    );
    const cut = first.target.s3
      .send(new PutObjectCommand({ Bucket, Key: 'cut', Body: endless, ContentLength: 10_000_000 }))
      .then(
        () => 'stored',
        () => 'cut',
      );
    const blobs = path.join(dataDir, 'blobs');
    await expectEventually(async () => (await readdir(blobs)).length === 1);
    await end(first, 'SIGKILL');
    expect(await cut).toBe('cut');
    await writeFile(path.join(blobs, 'stray'), 'left over');

    const { target } = await start();
    expect((await target.s3.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(0);
    expect(await readdir(blobs)).toEqual([]);
  });
});

const expectEventually = async (holds: () => Promise<boolean>): Promise<void> => {
  const until = Date.now() + 10_000;
  while (!(await holds())) {
    if (Date.now() > until) throw new Error('it did not come to be within 10 s');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};
