import { execFile } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { emulatorKeys, startEmulatorServer } from './emulator-server.fixture.ts';
import { describeWithPython, pythonTools } from './python.fixture.ts';
import type { Server } from './target.fixture.ts';

const run = promisify(execFile);
/** Each call of the CLI starts Python, which takes seconds on a busy machine. */
const PATIENCE_MS = 240_000;

describeWithPython('our emulator with boto3 and the AWS CLI', await pythonTools(), (bin) => {
  let server: Server;
  let folder: string;
  let env: NodeJS.ProcessEnv;
  beforeAll(async () => {
    server = await startEmulatorServer();
    folder = await mkdtemp(path.join(os.tmpdir(), 'darkroom clients '));
    // The CLI, too, presigns by version 2 unless told otherwise.
    await mkdir(path.join(folder, '.aws'));
    await writeFile(path.join(folder, '.aws', 'config'), '[default]\ns3 =\n  signature_version = s3v4\n');
    env = {
      PATH: process.env['PATH'],
      HOME: folder,
      AWS_ACCESS_KEY_ID: emulatorKeys.accessKeyId,
      AWS_SECRET_ACCESS_KEY: emulatorKeys.secretAccessKey,
      AWS_DEFAULT_REGION: emulatorKeys.region,
      S3_ENDPOINT: server.s3Endpoint,
      SQS_ENDPOINT: server.sqsEndpoint,
      PYTHONUTF8: '1',
    };
  });
  afterAll(async () => {
    await server.close();
    await rm(folder, { recursive: true });
  });
  const aws = async (service: 's3' | 's3api' | 'sqs', ...args: string[]): Promise<string> => {
    const endpoint = service === 'sqs' ? server.sqsEndpoint : server.s3Endpoint;
    const { stdout } = await run(
      bin('aws'),
      ['--endpoint-url', endpoint, '--output', 'json', service, ...args],
      { env, cwd: folder },
    );
    return stdout;
  };

  it(
    'boto3 uploads, downloads, presigns, lists, copies and gets its notifications',
    async () => {
      const script = path.join(import.meta.dirname, 'clients.py');
      const { stdout } = await run(bin('python'), [script, `boto3-${randomUUID()}`], { env });
      expect(
        stdout
          .trim()
          .split('\n')
          .every((line) => line.startsWith('ok ')),
      ).toBe(true);
      expect(stdout).toContain('ok a wrong secret');
    },
    PATIENCE_MS,
  );

  it(
    'the AWS CLI copies a file of several parts up, along and down, lists and presigns it',
    async () => {
      const bucket = `cli-${randomUUID()}`;
      const content = randomBytes(20 * 1024 * 1024);
      await writeFile(path.join(folder, 'up.bin'), content);
      await aws('s3', 'mb', `s3://${bucket}`);
      await aws(
        's3',
        'cp',
        'up.bin',
        `s3://${bucket}/incoming/up file.bin`,
        '--content-type',
        'image/tiff',
        '--no-progress',
      );
      await aws(
        's3',
        'cp',
        `s3://${bucket}/incoming/up file.bin`,
        `s3://${bucket}/copy.bin`,
        '--no-progress',
      );
      await aws('s3', 'cp', `s3://${bucket}/copy.bin`, 'down.bin', '--no-progress');
      expect((await readFile(path.join(folder, 'down.bin'))).equals(content)).toBe(true);
      expect(await aws('s3', 'ls', `s3://${bucket}/`)).toMatch(/PRE incoming\/\n.*copy\.bin/);
      const head = JSON.parse(
        await aws('s3api', 'head-object', '--bucket', bucket, '--key', 'incoming/up file.bin'),
      ) as object;
      expect(head).toMatchObject({ ContentType: 'image/tiff', ContentLength: content.length });
      const url = (await aws('s3', 'presign', `s3://${bucket}/incoming/up file.bin`)).trim();
      expect(Buffer.from(await (await fetch(url)).arrayBuffer()).equals(content)).toBe(true);
      await aws('s3', 'rm', `s3://${bucket}`, '--recursive');
      await aws('s3', 'rb', `s3://${bucket}`);
    },
    PATIENCE_MS,
  );

  it(
    'the AWS CLI sends a message and takes it',
    async () => {
      const { QueueUrl } = JSON.parse(
        await aws('sqs', 'create-queue', '--queue-name', `cli-${randomUUID()}`),
      ) as { QueueUrl: string };
      await aws('sqs', 'send-message', '--queue-url', QueueUrl, '--message-body', 'hello');
      const { Messages } = JSON.parse(
        await aws('sqs', 'receive-message', '--queue-url', QueueUrl, '--wait-time-seconds', '5'),
      ) as { Messages: { Body: string; ReceiptHandle: string }[] };
      expect(Messages.map((one) => one.Body)).toEqual(['hello']);
      await aws(
        'sqs',
        'delete-message',
        '--queue-url',
        QueueUrl,
        '--receipt-handle',
        Messages[0]!.ReceiptHandle,
      );
      expect(await aws('sqs', 'receive-message', '--queue-url', QueueUrl)).toBe('');
    },
    PATIENCE_MS,
  );
});
