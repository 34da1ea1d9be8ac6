import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { NotRun, type Check } from './run-checks.ts';
import { root, run } from './tools.ts';

const folder = path.join(root, 'infra/observability');

/** Alerts and recording rules, by Prometheus's own tool. */
export const observabilityChecks: readonly Check[] = [
  {
    name: 'promtool on the rules, and their tests',
    run: async () => {
      await run('promtool', ['--version']).catch((error: unknown) => {
        throw new NotRun('promtool is not there; Debian has it in the package prometheus', { cause: error });
      });
      await run('promtool', ['check', 'rules', path.join(folder, 'rules/darkroom.yaml')]);
      const tests = (await readdir(path.join(folder, 'tests'))).map((file) =>
        path.join(folder, 'tests', file),
      );
      await run('promtool', ['test', 'rules', ...tests]);
    },
  },
];
