import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { startAwsEmulator } from '../emulator.ts';
import type { Server } from './target.fixture.ts';

export const emulatorKeys = {
  accessKeyId: 'AKIALOCALDARKROOM000',
  secretAccessKey: 'local/secret+of=tests',
  region: 'eu-west-1',
};

/** Our emulator in this process, on free ports, in a folder of its own whose path has a blank. */
export const startEmulatorServer = async (): Promise<Server> => {
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'darkroom aws '));
  const problems: unknown[] = [];
  const log = (message: string, error?: unknown) => void problems.push(message, error);
  const emulator = await startAwsEmulator({ dataDir, s3Port: 0, sqsPort: 0, ...emulatorKeys, log });
  return {
    ...emulatorKeys,
    s3Endpoint: emulator.s3.endpoint,
    sqsEndpoint: emulator.sqs.endpoint,
    close: async () => {
      await emulator.close();
      await rm(dataDir, { recursive: true });
      expect(problems).toEqual([]);
    },
  };
};
