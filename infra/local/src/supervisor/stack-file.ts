import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { writeFileAtomic } from '../process/write-file-atomic.ts';

/** What scripts read to use a running stack. */
export interface StackDescription {
  ready: true;
  api: string;
  s3: { endpoint: string; bucket: string; accessKeyId: string; secretAccessKey: string; region: string };
  sqs: { endpoint: string; queueUrl: string; deadLetterQueueUrl: string };
  postgres: string;
  kafka: { brokers: readonly string[]; topic: string } | null;
  processes: { name: string; pid: number }[];
}

/** `stack.json` in the data folder: there while the stack is ready, and only then. */
export interface StackFile {
  exists(): boolean;
  write(description: StackDescription): void;
  remove(): void;
}

/** It holds keys, so only its owner may read it. */
export function stackFile(dataDir: string): StackFile {
  const file = path.join(dataDir, 'stack.json');
  return {
    exists: () => existsSync(file),
    write: (description) => writeFileAtomic(file, `${JSON.stringify(description, null, 2)}\n`, 0o600),
    remove: () => rmSync(file, { force: true }),
  };
}
