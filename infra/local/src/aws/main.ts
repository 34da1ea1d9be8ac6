import process from 'node:process';
import { z } from 'zod';
import { startAwsEmulator } from './emulator.ts';

/** The S3 + SQS emulator as a program of its own, started by the local stack. */
const port = z.coerce.number().int().min(0).max(65_535);
const environment = z.object({
  AWS_EMULATOR_DATA_DIR: z.string().min(1),
  AWS_EMULATOR_S3_PORT: port,
  AWS_EMULATOR_SQS_PORT: port,
  AWS_EMULATOR_HOSTS: z.string().default('localhost,127.0.0.1'),
  AWS_ACCESS_KEY_ID: z.string().min(1),
  AWS_SECRET_ACCESS_KEY: z.string().min(1),
  AWS_REGION: z.string().min(1),
});
const parsed = environment.safeParse(process.env);
if (!parsed.success) {
  process.stderr.write(`${z.prettifyError(parsed.error)}\n`);
  process.exit(1);
}
const config = parsed.data;
const writeLine = (stream: NodeJS.WriteStream, line: object) => stream.write(`${JSON.stringify(line)}\n`);

const starting = startAwsEmulator({
  dataDir: config.AWS_EMULATOR_DATA_DIR,
  s3Port: config.AWS_EMULATOR_S3_PORT,
  sqsPort: config.AWS_EMULATOR_SQS_PORT,
  hosts: config.AWS_EMULATOR_HOSTS.split(',').map((host) => host.trim()),
  accessKeyId: config.AWS_ACCESS_KEY_ID,
  secretAccessKey: config.AWS_SECRET_ACCESS_KEY,
  region: config.AWS_REGION,
  log: (message, error) =>
    writeLine(process.stderr, {
      level: 'error',
      message,
      error: error instanceof Error ? error.stack : error,
    }),
});

// Before anyone is told that we are ready: a signal may follow at once.
let stopping = false;
const stop = (): void => {
  if (stopping) return;
  stopping = true;
  void starting.then((emulator) => emulator.close()).then(() => process.exit(0));
};
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
process.once('disconnect', stop);

const emulator = await starting;
const ready = { ready: true, s3: emulator.s3, sqs: emulator.sqs };
writeLine(process.stdout, ready);
process.send?.(ready);
