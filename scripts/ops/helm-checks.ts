import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { parse, parseAllDocuments } from 'yaml';
import type { Check } from './run-checks.ts';
import { goModule, helm, pythonTool, root, run } from './tools.ts';

const chart = path.join(root, 'infra/helm/darkroom');
const kubernetesVersion = '1.35';
const kubernetesValidate = 'kubernetes-validate==1.37.0';
const checkov = 'checkov==3.3.30';
/** Where the kinds that are not Kubernetes' own are defined. */
const definitions = [
  { module: 'github.com/kedacore/keda/v2', version: 'v2.21.0', folder: 'config/crd/bases' },
  {
    module: 'github.com/prometheus-operator/prometheus-operator',
    version: 'v0.85.0',
    folder: 'example/prometheus-operator-crd',
  },
];

interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
}

interface Definition {
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly {
      readonly name: string;
      readonly schema: { readonly openAPIV3Schema: object };
    }[];
  };
}

async function examples(): Promise<string[]> {
  return (await readdir(path.join(chart, 'examples'))).map((file) => path.join(chart, 'examples', file));
}

async function render(values: string): Promise<string> {
  const { stdout } = await run(await helm(), ['template', 'darkroom', chart, '-n', 'images', '-f', values]);
  return stdout;
}

function objectsOf(text: string): KubernetesObject[] {
  return parseAllDocuments(text)
    .map((document): unknown => document.toJS())
    .filter((object): object is KubernetesObject => object !== null);
}

/** Runs with the rendered chart of each example in a file. */
async function withRendered(check: (file: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'darkroom-chart-'));
  try {
    for (const values of await examples()) {
      const file = path.join(folder, path.basename(values));
      await writeFile(file, await render(values));
      await check(file);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Schemas of the kinds that others define, by `apiVersion` and kind. */
async function foreignSchemas(): Promise<Map<string, object>> {
  const schemas = new Map<string, object>();
  for (const { module, version, folder } of definitions) {
    const from = path.join(await goModule(module, version), folder);
    for (const file of (await readdir(from)).filter((name) => name.endsWith('.yaml'))) {
      const { spec } = parse(await readFile(path.join(from, file), 'utf8')) as Definition;
      for (const { name, schema } of spec.versions) {
        schemas.set(`${spec.group}/${name} ${spec.names.kind}`, closed(schema.openAPIV3Schema));
      }
    }
  }
  return schemas;
}

/** Unknown fields are refused: the API server would drop them in silence. */
function closed(schema: object): object {
  if (Array.isArray(schema))
    return schema.map((one: object) => (typeof one === 'object' ? closed(one) : one));
  const copy: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(schema) as [string, unknown][]) {
    // Go's way to ignore case is not JavaScript's
    if (key === 'pattern' && typeof value === 'string' && value.includes('(?i)')) continue;
    copy[key] = typeof value === 'object' && value !== null ? closed(value) : value;
  }
  const open = 'additionalProperties' in copy || 'x-kubernetes-preserve-unknown-fields' in copy;
  if (copy['type'] === 'object' && 'properties' in copy && !open) copy['additionalProperties'] = false;
  return copy;
}

const ajv = new Ajv({ strict: false, allErrors: true });
addFormats.default(ajv);

export const helmChecks: readonly Check[] = [
  {
    name: 'helm lint, each example',
    run: async () => {
      const program = await helm();
      for (const values of await examples()) await run(program, ['lint', chart, '--strict', '-f', values]);
    },
  },
  {
    name: "the chart's objects are what Kubernetes, KEDA and the Prometheus operator take",
    run: async () => {
      const validate = await pythonTool(kubernetesValidate, 'kubernetes-validate');
      const foreign = await foreignSchemas();
      await withRendered(async (file) => {
        const objects = objectsOf(await readFile(file, 'utf8'));
        const builtIn = [];
        for (const object of objects) {
          const schema = foreign.get(`${object.apiVersion} ${object.kind}`);
          if (schema === undefined) builtIn.push(object);
          else if (!ajv.validate(schema, { ...object, metadata: {} })) {
            const where = `${path.basename(file)}, ${object.kind} ${object.metadata.name}`;
            throw new Error(`${where}: ${ajv.errorsText()}`);
          }
        }
        const text = builtIn.map((object) => JSON.stringify(object)).join('\n---\n');
        const own = `${file}.built-in.yaml`;
        await writeFile(own, text);
        await run(validate, ['--strict', '--version', kubernetesVersion, own]);
      });
    },
  },
  {
    name: 'every variable that the chart sets is one that programs read',
    run: async () => {
      const set = new Set<string>();
      for (const values of await examples()) {
        const variables = (await render(values)).matchAll(
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
      await withRendered(async (file) => {
        await run(program, ['--config-file', config, '-f', file]);
      });
    },
  },
  {
    name: 'the chart says what is missing or wrong',
    run: async () => {
      const program = await helm();
      const [values = ''] = await examples();
      const wrong: [string, RegExp][] = [
        ['s3.bucket=', /s3\.bucket is needed/],
        ['eventBus=rabbit', /eventBus/],
        ['kafka.partitions=24', /partitions/],
        ['variantWorker.replica=3', /replica/],
        ['auth.existingSecret=,auth.jwksUrl=', /auth\.existingSecret or auth\.jwksUrl/],
      ];
      for (const [set, expected] of wrong) {
        const said = await run(program, ['template', 'darkroom', chart, '-f', values, '--set', set]).then(
          () => 'nothing',
          (error: Error) => error.message,
        );
        if (!expected.test(said)) throw new Error(`--set ${set}: expected ${expected}, it said: ${said}`);
      }
    },
  },
];
