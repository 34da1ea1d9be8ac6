import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

interface Service {
  environment?: Record<string, string>;
  ports?: { target: number; published: string }[];
}

export interface ComposeTarget {
  /** For the tests: libs/testing reads it. */
  env: Record<string, string>;
  close(): Promise<void>;
}

/**
 * Describes the stack of docker-compose.yml for the tests. It must be running; COMPOSE_PROJECT_NAME, COMPOSE_FILE and
 * COMPOSE_ENV_FILES say which one, as they do for `docker compose`.
 */
export async function composeTarget(root: string): Promise<ComposeTarget> {
  const { stdout } = await run('docker', ['compose', 'config', '--format', 'json'], { cwd: root });
  const { services } = JSON.parse(stdout) as { services: Record<string, Service> };
  const folder = await mkdtemp(path.join(os.tmpdir(), 'darkroom-target-'));
  const file = path.join(folder, 'target.json');
  await writeFile(file, JSON.stringify(targetOf(services)), { mode: 0o600 }); // it holds keys
  return {
    env: { DARKROOM_TEST_TARGET: file },
    close: () => rm(folder, { recursive: true }),
  };
}

function targetOf(services: Record<string, Service>) {
  const settings = services['upload-api']?.environment ?? {};
  const at = (service: string, port: number): string => {
    const published = services[service]?.ports?.find(({ target }) => target === port)?.published;
    if (published === undefined)
      throw new Error(`docker-compose.yml publishes no port ${port} of ${service}`);
    return `127.0.0.1:${published}`;
  };
  const page = `http://${at('upload-api', 8080)}`;
  const oneOff = ['docker', 'compose', 'run', '--rm', '--no-deps', '-T'];
  return {
    name: 'compose',
    eventBus: settings['EVENT_BUS'],
    page,
    darkroom: [...oneOff, 'darkroom'],
    cleanup: [...oneOff, '--entrypoint', '/usr/bin/env', 'cleanup'],
    description: {
      ready: true,
      api: `${page}/api`,
      s3: {
        endpoint: settings['S3_PUBLIC_ENDPOINT'],
        bucket: settings['S3_BUCKET'],
        accessKeyId: settings['AWS_ACCESS_KEY_ID'],
        secretAccessKey: settings['AWS_SECRET_ACCESS_KEY'],
        region: settings['AWS_REGION'],
      },
      sqs: {
        endpoint: `http://${at('store', 4566)}`,
        queueUrl: settings['SQS_QUEUE_URL'],
        deadLetterQueueUrl: settings['SQS_DEAD_LETTER_QUEUE_URL'],
      },
      postgres: settings['DATABASE_URL']?.replace('@postgres:5432', `@${at('postgres', 5432)}`),
      kafka: { brokers: [at('kafka', 9094)], topic: settings['KAFKA_TOPIC'] },
      processes: [],
    },
  };
}
