import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
// eslint-disable-next-line no-restricted-imports -- breaks things as others would, past our adapter
import { S3Client } from '@aws-sdk/client-s3';
import { kafkaClient } from '@darkroom/adapter-kafka';
import { migrate, openPostgres, type Postgres } from '@darkroom/adapter-postgres';
import { hasKafka, testDatabase, testKafka, testS3, waitFor } from '@darkroom/testing';
import { cliContext } from '../cli-context.ts';
import type { Result } from '../doctor/examine.ts';
import { doctorCommand } from './doctor.ts';

export type Variables = Readonly<Record<string, string>>;

/** A healthy Darkroom, and a shell in which doctor and what it prints are commands. */
export type DoctorWorld = Awaited<ReturnType<typeof openDoctorWorld>>;

const apps = join(import.meta.dirname, '../../..');
const program = `'${process.execPath}' --conditions=darkroom-source`;

/** Compose, as far as doctor asks it: runs the real programs of services in the background. */
const composeScript = (folder: string) => `
[ "$1 $2 $3 $4 $5" = 'compose up --detach --no-deps --force-recreate' ] || exit 1
shift 5
for service; do (
  ${program} "${apps}/$service/src/main.ts" &
  echo $! > "${folder}/pids/$service"
  wait $!
  rm "${folder}/pids/$service"
) > /dev/null 2>&1 & done`;

export const bucket = 'pictures';

export async function openDoctorWorld() {
  const store = await testS3();
  const database = await testDatabase({ migrate, template: 'migrated' });
  const empty = await testDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'darkroom-doctor-'));
  const pids = join(folder, 'pids');
  await mkdir(pids);
  await mkdir(join(folder, 'bin'));
  await makeProgram(folder, 'darkroom', `exec ${program} '${apps}/cli/src/main.ts' "$@"`);
  await makeProgram(folder, 'docker', composeScript(folder));
  // No test may set this machine's clock: that the command was run is noted, and the proxy's clock goes by it
  const clockSet = join(folder, 'clock-set');
  await makeProgram(folder, 'sudo', `[ "$*" = 'timedatectl set-ntp true' ] && touch '${clockSet}'`);

  const { endpoint, credentials, region } = store.settings;
  const healthy: Record<string, string> = {
    PATH: `${folder}/bin:${process.env['PATH'] ?? ''}`,
    DATABASE_URL: database.url,
    S3_BUCKET: bucket,
    S3_ENDPOINT: endpoint,
    SQS_ENDPOINT: store.sqsEndpoint,
    SQS_QUEUE_URL: `${store.sqsEndpoint}/000000000000/darkroom-uploads`,
    SQS_DEAD_LETTER_QUEUE_URL: `${store.sqsEndpoint}/000000000000/darkroom-uploads-dead`,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    CORS_ORIGINS: 'http://localhost:*',
    AUTH_JWT_SECRET: 'a-secret-that-is-long-enough-for-hs256',
    // For the workers that a cure starts
    HEALTH_PORT: '0',
    SCRATCH_DIR: join(folder, 'scratch'),
  };
  const brokers = hasKafka ? (await testKafka()).brokers : [];
  const topic = hasKafka ? (await testKafka()).randomTopic() : '';
  if (hasKafka) {
    Object.assign(healthy, { EVENT_BUS: 'kafka', KAFKA_BROKERS: brokers.join(','), KAFKA_TOPIC: topic });
    await mustRun('darkroom topic', healthy);
  }
  await mustRun('darkroom setup --create-bucket', healthy);

  return {
    ...{ store, database, empty, healthy, topic, clockSet },
    kafka: () => kafkaClient({ brokers, topic, clientId: 'test' }),
    withS3: async (work: (client: S3Client) => Promise<unknown>) => {
      const client = new S3Client({ endpoint, credentials, region, forcePathStyle: true });
      await work(client);
      client.destroy();
    },
    withPostgres: async (work: (postgres: Postgres) => Promise<unknown>) => {
      const postgres = openPostgres(
        { DATABASE_URL: database.url, DATABASE_POOL_SIZE: 1 },
        { applicationName: 'test', onError: () => undefined },
      );
      await work(postgres);
      await postgres.close();
    },
    /** Ends the workers that a cure has started. */
    stopWorkers: async () => {
      for (const name of await readdir(pids)) process.kill(Number(await readFile(join(pids, name), 'utf8')));
      const areGone = async () => (await readdir(pids)).length === 0;
      await waitFor(areGone, { what: 'the workers to end', timeoutMs: 60_000 });
    },
    close: async () => {
      await store.close();
      await database.close();
      await empty.close();
      await rm(folder, { recursive: true });
    },
  };
}

async function makeProgram(folder: string, name: string, script: string): Promise<void> {
  const path = join(folder, 'bin', name);
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
}

export async function shell(script: string, env: Variables) {
  const child = spawn('sh', ['-c', script], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

export async function mustRun(script: string, env: Variables): Promise<void> {
  expect(await shell(script, env)).toMatchObject({ code: 0 });
}

/** The settings of a shell in which this command has been run. */
export async function after(command: string, env: Variables): Promise<Variables> {
  const { code, stdout, stderr } = await shell(`${command} >&2 && env -0`, env);
  if (code !== 0) throw new Error(`${command} ended with ${code}: ${stderr}`);
  const entries = stdout.split('\0').filter((line) => line !== '');
  return Object.fromEntries(
    entries.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}

/** Runs `darkroom doctor --json` in this process, which saves a start each time, and holds its exit code to what it found. */
export async function doctor(env: Variables): Promise<Result[]> {
  const { log } = console;
  const lines: string[] = [];
  console.log = (line: string) => lines.push(line);
  process.exitCode = 0;
  try {
    await doctorCommand(cliContext(env)).parseAsync(['--json'], { from: 'user' });
    const results = JSON.parse(lines.join('\n')) as Result[];
    expect(process.exitCode).toBe(failed(results).length === 0 ? 0 : 1);
    return results;
  } finally {
    console.log = log;
    process.exitCode = 0;
  }
}

export const failed = (results: readonly Result[]) =>
  results.filter(({ state }) => state === 'failed').map(({ name }) => name);
