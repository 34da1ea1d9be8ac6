import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  allCases,
  chart,
  exampleCases,
  objectsOf,
  render,
  withValues,
  type ChartCase,
  type KubernetesObject,
} from './chart-cases.ts';
import { refusals } from './chart-refusals.ts';
import { ruleProblems } from './chart-rules.ts';
import { readKeda, triggerProblems } from './keda-triggers.ts';
import { checkBuiltIn, checkForeign, foreignSchemas } from './object-schemas.ts';
import type { Check } from './run-checks.ts';
import { helm, pythonTool, root, run } from './tools.ts';

const checkov = 'checkov==3.3.30';

/** Runs a check on every way to install the chart; what it throws names the way. */
async function ofEach(
  cases: readonly ChartCase[],
  check: (objects: KubernetesObject[], chosen: ChartCase) => unknown,
): Promise<void> {
  for (const chosen of cases) {
    try {
      await check(objectsOf(await render(chosen)), chosen);
    } catch (error) {
      const what = error instanceof Error ? error.message : String(error);
      throw new Error(`${chosen.name}: ${what}`, { cause: error });
    }
  }
}

function refuse(problems: readonly string[]): void {
  if (problems.length > 0) throw new Error(problems.join('\n'));
}

export const helmChecks: readonly Check[] = [
  {
    name: 'helm lint',
    run: async () => {
      const program = await helm();
      for (const chosen of await allCases())
        await withValues(chosen, (file) => run(program, ['lint', chart, '--strict', '-f', file]));
    },
  },
  {
    name: "the chart's objects are what Kubernetes, KEDA and the Prometheus operator take",
    run: async () => {
      const foreign = await foreignSchemas();
      const builtIn = new Map<string, KubernetesObject>(); // the ways have most in common
      await ofEach(await allCases(), (objects) => {
        for (const object of checkForeign(foreign, objects)) builtIn.set(JSON.stringify(object), object);
      });
      await checkBuiltIn([...builtIn.values()]);
    },
  },
  {
    name: "KEDA's triggers and their authentication are what its source takes",
    run: async () => {
      const source = await readKeda();
      await ofEach(await allCases(), (objects) => refuse(triggerProblems(source, objects)));
    },
  },
  {
    name: 'names, grace periods, who has which secret, and who reaches what',
    run: async () => ofEach(await allCases(), (objects) => refuse(ruleProblems(objects))),
  },
  {
    name: 'every variable that the chart sets is one that programs read',
    run: async () => {
      const set = new Set<string>();
      for (const chosen of await allCases()) {
        const variables = (await render(chosen)).matchAll(
          /^ {2}([A-Z][A-Z0-9_]+):|\bname: ([A-Z][A-Z0-9_]+)\b/gm,
        );
        for (const [, inConfigMap, inContainer] of variables) set.add(inConfigMap ?? inContainer ?? '');
      }
      set.delete('NODE_ENV'); // libraries read it
      for (const name of set) {
        const search = ['grep', '--quiet', '--word-regexp', name, '--', 'apps/*/src/*', 'libs/*/src/*'];
        await run('git', search).catch((error: unknown) => {
          throw new Error(`no program reads ${name}`, { cause: error });
        });
      }
      if (set.size < 20) throw new Error(`only ${set.size} variables were found in the rendered chart`);
    },
  },
  {
    name: 'checkov on the chart, each example',
    run: async () => {
      const program = await pythonTool(checkov, 'checkov');
      const config = path.join(root, 'infra/helm/checkov.yaml');
      const folder = await mkdtemp(path.join(tmpdir(), 'darkroom-chart-'));
      try {
        const files = [];
        for (const chosen of await exampleCases()) {
          const file = path.join(folder, chosen.name);
          await writeFile(file, await render(chosen));
          files.push(file);
        }
        // By its Python: the first line of its program names that, which a path with a space in it breaks
        const python = path.join(path.dirname(program), 'python3');
        await run(python, [program, '--config-file', config, ...files.flatMap((file) => ['-f', file])]);
      } finally {
        await rm(folder, { recursive: true });
      }
    },
  },
  {
    name: 'the chart says what is missing or wrong',
    run: async () => {
      const program = await helm();
      for (const { like, set, says } of refusals) {
        const values = path.join(chart, 'examples', like);
        const said = await run(program, ['template', 'darkroom', chart, '-f', values, '--set', set]).then(
          () => 'nothing',
          (error: Error) => error.message,
        );
        if (!says.test(said)) throw new Error(`${like} --set ${set}: expected ${says}, it said: ${said}`);
      }
    },
  },
];
