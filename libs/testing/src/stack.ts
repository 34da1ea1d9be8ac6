import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { freePort } from '@darkroom/local-stack';
import { attachTo } from './running-stack.ts';
import { runningTarget } from './test-target.ts';
import { waitFor } from './wait-for.ts';

const repository = resolve(import.meta.dirname, '../../..');

/** What `npm start` writes once all is ready. */
export interface StackDescription {
  readonly ready: true;
  readonly api: string;
  readonly s3: {
    readonly endpoint: string;
    readonly bucket: string;
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly region: string;
  };
  readonly sqs: { readonly endpoint: string; readonly queueUrl: string; readonly deadLetterQueueUrl: string };
  readonly postgres: string;
  readonly kafka: { readonly brokers: string[]; readonly topic: string } | null;
  readonly processes: readonly { readonly name: string; readonly pid: number }[];
}

export interface StackOptions {
  readonly eventBus?: 'postgres' | 'kafka';
  /** More environment variables for the stack. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A whole local stack of its own: `npm start` with a data folder and ports that nobody else has. */
export interface TestStack {
  readonly dataDir: string;
  /** The address of the page. */
  readonly page: string;
  readonly logFile: string;
  /** As it is now: pids change when a process is started again. */
  describe(): Promise<StackDescription>;
  /** Runs `darkroom …` against this stack and answers its standard output. Throws with its errors if it fails. */
  darkroom(...args: string[]): Promise<string>;
  /** Runs the cleanup against this stack and answers what it says it did. Throws with its errors if it fails. */
  cleanup(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<string>;
  /** Stops it as Ctrl-C does, has `meanwhile` work on its data, and starts it again. */
  restart(meanwhile: () => Promise<void>): Promise<void>;
  /** Stops it as Ctrl-C does, and removes its data. */
  close(): Promise<void>;
}

/** Starts a stack and waits until it says that it is ready; the one that the run is pointed at, where there is one. */
export async function startStack(options: StackOptions = {}): Promise<TestStack> {
  if (runningTarget !== undefined) return attachTo(runningTarget, options);
  const { eventBus = 'postgres', env = {} } = options;
  const dataDir = await mkdtemp(join(tmpdir(), 'darkroom-stack-'));
  await chmod(dataDir, 0o755); // PostgreSQL runs as another user where we are root, and keeps its data here
  const logFile = join(dataDir, 'test.log');
  const [http, s3, sqs, postgres, kafka] = await Promise.all(Array.from({ length: 5 }, freePort));
  const environment = {
    ...process.env,
    DARKROOM_DATA_DIR: dataDir,
    DARKROOM_HTTP_PORT: String(http),
    DARKROOM_S3_PORT: String(s3),
    DARKROOM_SQS_PORT: String(sqs),
    DARKROOM_POSTGRES_PORT: String(postgres),
    DARKROOM_KAFKA_PORT: String(kafka),
    EVENT_BUS: eventBus,
    KAFKA_TOPIC: `test-${randomUUID()}`, // KAFKA_BROKERS may be given, and its topics are there for all
    ...env,
  };
  let child: ChildProcess;
  const describe = async (): Promise<StackDescription> =>
    JSON.parse(await readFile(join(dataDir, 'stack.json'), 'utf8')) as StackDescription;
  const stack: TestStack = {
    dataDir,
    page: `http://127.0.0.1:${http}`,
    logFile,
    describe,
    darkroom: (...args) => capture('apps/cli/src/main.ts', args, environment),
    cleanup: async (args, more = {}) => {
      const own = { ...environment, ...cleanupEnvironment(await describe()), ...more };
      return capture('apps/cleanup-cron/src/main.ts', args, own);
    },
    restart: async (meanwhile) => {
      await stop(child);
      await meanwhile();
      await start();
    },
    close: async () => {
      await stop(child);
      await rm(dataDir, { recursive: true, force: true });
    },
  };
  const start = (): Promise<void> => {
    child = runProgram('infra/local/src/main.ts', [], environment);
    const log = createWriteStream(logFile, { flags: 'a' });
    child.stdout?.pipe(log);
    child.stderr?.pipe(log);
    return untilReady(child, describe);
  };
  try {
    await start();
  } catch (error) {
    const text = await readFile(logFile, 'utf8').catch(() => '');
    await stack.close();
    throw new Error(`the stack did not start:\n${text.slice(-4_000)}`, { cause: error });
  }
  return stack;
}

async function untilReady(child: ChildProcess, describe: TestStack['describe']): Promise<void> {
  const isReady = async () => {
    if (child.exitCode !== null) throw new Error(`the stack ended with ${child.exitCode}`);
    return describe().then(
      ({ ready }) => ready,
      () => false,
    );
  };
  await waitFor(isReady, { timeoutMs: 120_000, what: 'the stack to be ready' });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

function cleanupEnvironment({ s3, postgres }: StackDescription): Record<string, string> {
  return {
    DATABASE_URL: postgres,
    S3_ENDPOINT: s3.endpoint,
    S3_BUCKET: s3.bucket,
    AWS_REGION: s3.region,
    AWS_ACCESS_KEY_ID: s3.accessKeyId,
    AWS_SECRET_ACCESS_KEY: s3.secretAccessKey,
  };
}

function runProgram(program: string, args: readonly string[], env: NodeJS.ProcessEnv): ChildProcess {
  const { NODE_OPTIONS: _jestsOwn, ...rest } = env;
  return spawn(process.execPath, ['--conditions=darkroom-source', program, ...args], {
    cwd: repository,
    env: rest,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'], // by the channel's end it knows that the test was killed
  });
}

async function capture(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  const child = runProgram(program, args, env);
  const output = { stdout: '', stderr: '' };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}: ${output.stderr}`);
  return output.stdout.trim();
}
