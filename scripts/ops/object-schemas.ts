import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';
import type { KubernetesObject } from './chart-cases.ts';
import { keda } from './keda-triggers.ts';
import { goModule, pythonTool, run } from './tools.ts';

const kubernetesVersion = '1.35';
const kubernetesValidate = 'kubernetes-validate==1.37.0';
/** Where the kinds that are not Kubernetes' own are defined. */
const definitions = [
  { ...keda, folder: 'config/crd/bases' },
  {
    module: 'github.com/prometheus-operator/prometheus-operator',
    version: 'v0.85.0',
    folder: 'example/prometheus-operator-crd',
  },
];

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

const ajv = new Ajv({ strict: false, allErrors: true });
addFormats.default(ajv);

/** Schemas of the kinds that others define, by `apiVersion` and kind. */
export async function foreignSchemas(): Promise<Map<string, object>> {
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

/** Throws where an object of a kind that others define is not as they take it. Answers the others. */
export function checkForeign(
  schemas: ReadonlyMap<string, object>,
  objects: readonly KubernetesObject[],
): KubernetesObject[] {
  return objects.filter((object) => {
    const schema = schemas.get(`${object.apiVersion} ${object.kind}`);
    if (schema === undefined) return true;
    if (!ajv.validate(schema, { ...object, metadata: {} }))
      throw new Error(`${object.kind} ${object.metadata.name}: ${ajv.errorsText()}`);
    return false;
  });
}

/** Throws where an object is not as Kubernetes takes it. */
export async function checkBuiltIn(objects: readonly KubernetesObject[]): Promise<void> {
  const validate = await pythonTool(kubernetesValidate, 'kubernetes-validate');
  const folder = await mkdtemp(path.join(tmpdir(), 'darkroom-objects-'));
  try {
    const file = path.join(folder, 'objects.yaml');
    await writeFile(file, objects.map((object) => JSON.stringify(object)).join('\n---\n'));
    await run(validate, ['--strict', '--version', kubernetesVersion, file]);
  } finally {
    await rm(folder, { recursive: true });
  }
}
