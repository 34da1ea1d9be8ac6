import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { startAwsEmulator } from '../emulator.ts';
import { contracts } from './contracts.fixture.ts';
import { createSuite } from './suite.fixture.ts';
import { Target, type Server } from './target.fixture.ts';

const startServer = async (): Promise<Server> => {
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'darkroom aws '));
  const keys = { accessKeyId: 'AKIALOCALDARKROOM000', secretAccessKey: 'local/secret+of=tests', region: 'eu-west-1' };
  const emulator = await startAwsEmulator({ dataDir, s3Port: 0, sqsPort: 0, ...keys });
  return {
    ...keys,
    s3Endpoint: emulator.s3.endpoint,
    sqsEndpoint: emulator.sqs.endpoint,
    close: async () => {
      await emulator.close();
      await rm(dataDir, { recursive: true });
    },
  };
};

describe('our S3 and SQS emulator', () => {
  let target: Target;
  beforeAll(async () => {
    target = new Target(await startServer());
  });
  afterAll(() => target.close());
  const suite = createSuite(() => target, {}, new Set());
  for (const contract of contracts) contract(suite);
});
