import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startAwsEmulator, type AwsEmulator } from '@darkroom/local-stack';

/** An S3 and SQS of the test's own, with nothing in it: to be set up as `darkroom setup` does. */
export interface TestS3 {
  readonly settings: {
    readonly bucket: string;
    readonly region: string;
    readonly endpoint: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  readonly sqsEndpoint: string;
  /** An outage: nothing answers until `goUp`, and everything is there again then. */
  goDown(): Promise<void>;
  goUp(): Promise<void>;
  close(): Promise<void>;
}

/** Starts the S3 and SQS of the local stack in a folder of its own. */
export async function testS3(): Promise<TestS3> {
  const dataDir = await mkdtemp(join(tmpdir(), 'darkroom-s3-'));
  const credentials = { accessKeyId: 'test-key', secretAccessKey: 'test-secret' };
  const region = 'us-east-1';
  const start = (s3Port: number, sqsPort: number) =>
    startAwsEmulator({ dataDir, s3Port, sqsPort, region, ...credentials });
  const { ports, started } = await onFreePorts(start);
  let emulator: AwsEmulator | undefined = started;
  const goDown = async (): Promise<void> => {
    await emulator?.close();
    emulator = undefined;
  };
  return {
    settings: { bucket: 'test-bucket', region, endpoint: started.s3.endpoint, credentials },
    sqsEndpoint: started.sqs.endpoint,
    goDown,
    goUp: async () => {
      emulator ??= await start(...ports);
    },
    close: async () => {
      await goDown();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Another test may take a port between its being found free and being used: then others are looked for. */
async function onFreePorts(start: (s3Port: number, sqsPort: number) => Promise<AwsEmulator>) {
  for (let attempt = 1; ; attempt += 1) {
    const ports = [await freePort(), await freePort()] as const;
    try {
      return { ports, started: await start(...ports) };
    } catch (error) {
      if (attempt === 5) throw error;
    }
  }
}
