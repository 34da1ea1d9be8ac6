import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { KubernetesObject } from './chart-cases.ts';
import { goModule } from './tools.ts';

export const keda = { module: 'github.com/kedacore/keda/v2', version: 'v2.21.0' };

/** Where KEDA's source says what each trigger takes: in the tags of a struct's fields. */
const scalers: Readonly<Record<string, string>> = {
  kafka: 'kafka_scaler.go',
  'aws-sqs-queue': 'aws_sqs_queue_scaler.go',
  postgresql: 'postgresql_scaler.go',
};

interface Parameter {
  readonly type: string;
  /** From where it is taken: `triggerMetadata`, `authParams`, `resolvedEnv`. */
  readonly order: readonly string[];
  readonly values: readonly string[] | undefined;
  readonly required: boolean;
}

export interface KedaSource {
  readonly parameters: ReadonlyMap<string, ReadonlyMap<string, Parameter>>;
  /** Parameters of a TriggerAuthentication with static keys for AWS. */
  readonly awsKeys: ReadonlySet<string>;
}

/** Reads what KEDA takes from its source. */
export async function readKeda(): Promise<KedaSource> {
  const folder = path.join(await goModule(keda.module, keda.version), 'pkg/scalers');
  const parameters = new Map<string, Map<string, Parameter>>();
  for (const [type, file] of Object.entries(scalers)) {
    parameters.set(type, parametersIn(await readFile(path.join(folder, file), 'utf8')));
  }
  const common = await readFile(path.join(folder, 'aws/aws_common.go'), 'utf8');
  const awsKeys = new Set([...common.matchAll(/authParams\["(aws\w+)"\]/g)].map(([, name = '']) => name));
  if (awsKeys.size === 0 || [...parameters.values()].some(({ size }) => size < 5))
    throw new Error(`KEDA ${keda.version} says what it takes in another way than this check reads`);
  return { parameters, awsKeys };
}

function parametersIn(source: string): Map<string, Parameter> {
  const found = new Map<string, Parameter>();
  for (const [, type = '', tag = ''] of source.matchAll(/^\s*\w+\s+(\S+)\s+`keda:"([^"]+)"`/gm)) {
    const parts = new Map(
      tag.split(',').map((part) => part.trim().split('=', 2) as [string, string | undefined]),
    );
    const listed = (name: string) => parts.get(name)?.split(';');
    const parameter = {
      type,
      order: listed('order') ?? [],
      values: listed('enum'),
      required: !parts.has('optional') && !parts.has('default'),
    };
    for (const name of listed('name') ?? []) found.set(name, parameter);
  }
  return found;
}

interface Trigger {
  readonly type: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly authenticationRef?: { readonly name: string };
}

interface Authentication {
  readonly secretTargetRef?: readonly { readonly parameter: string }[];
  readonly podIdentity?: {
    readonly provider: string;
    readonly identityOwner?: string;
    readonly roleArn?: string;
  };
}

/** What KEDA would refuse, or could not work with, of the rendered objects. */
export function triggerProblems(source: KedaSource, objects: readonly KubernetesObject[]): string[] {
  const named = (kind: string, name: string | undefined) =>
    objects.find((object) => object.kind === kind && object.metadata.name === name);
  return objects
    .filter(({ kind }) => kind === 'ScaledObject')
    .flatMap(({ metadata: { name }, spec }) => {
      const { triggers, scaleTargetRef } = spec as {
        readonly triggers: readonly Trigger[];
        readonly scaleTargetRef: { readonly name: string };
      };
      const target = named('Deployment', scaleTargetRef.name)?.spec as
        { readonly template: { readonly spec: { readonly serviceAccountName: string } } } | undefined;
      if (target === undefined) return [`${name}: there is no Deployment ${scaleTargetRef.name}`];
      const account = named('ServiceAccount', target.template.spec.serviceAccountName);
      return triggers.flatMap((trigger) => {
        const reference = trigger.authenticationRef?.name;
        const authentication = named('TriggerAuthentication', reference);
        if (reference !== undefined && authentication === undefined)
          return [`${name}: there is no TriggerAuthentication ${reference}`];
        const spec = (authentication?.spec ?? {}) as Authentication;
        const problems = [
          ...parameterProblems(source, trigger, spec),
          ...credentialProblems(trigger, spec),
          ...identityProblems(spec, account),
        ];
        return problems.map((problem) => `${name}, trigger ${trigger.type}: ${problem}`);
      });
    });
}

const ofType: Readonly<Record<string, RegExp>> = {
  int64: /^-?\d+$/,
  float64: /^-?\d+(\.\d+)?$/,
  bool: /^(true|false)$/,
};

function parameterProblems(source: KedaSource, { type, metadata }: Trigger, auth: Authentication): string[] {
  const known = source.parameters.get(type);
  if (known === undefined) return ['it is not one that this check knows'];
  const given = (auth.secretTargetRef ?? []).map(({ parameter }) => parameter);
  const wrong = Object.entries(metadata).flatMap(([name, value]) => {
    const parameter = known.get(name);
    if (!parameter?.order.includes('triggerMetadata')) return [`it does not take ${name}`];
    if (parameter.values?.includes(value) === false) return [`${name} must be one of ${parameter.values}`];
    return ofType[parameter.type]?.test(value) === false ? [`${name}: ${value} is no ${parameter.type}`] : [];
  });
  const unknown = given.filter(
    (name) => !known.get(name)?.order.includes('authParams') && !source.awsKeys.has(name),
  );
  const missing = [...known]
    .filter(([name, { required }]) => required && metadata[name] === undefined && !given.includes(name))
    .map(([name]) => `${name} is missing`);
  return [...wrong, ...unknown.map((name) => `its authentication does not take ${name}`), ...missing];
}

/** What `Validate` and `parse…` of each scaler demand beyond the tags. */
function credentialProblems({ type, metadata }: Trigger, auth: Authentication): string[] {
  const given = new Set((auth.secretTargetRef ?? []).map(({ parameter }) => parameter));
  const need = (...names: string[]) => names.filter((name) => !given.has(name)).map((name) => `no ${name}`);
  const aws = () =>
    auth.podIdentity?.provider === 'aws' ? [] : need('awsAccessKeyID', 'awsSecretAccessKey');
  if (type === 'postgresql') return need('connection');
  if (type === 'aws-sqs-queue') return aws();
  const { sasl, saslTokenProvider, tls, awsRegion } = metadata;
  const authority = given.has('ca') && tls !== 'enable' ? ['an authority without TLS'] : [];
  if (sasl === undefined) return authority;
  if (sasl !== 'oauthbearer') return [...authority, ...need('username', 'password')];
  if (saslTokenProvider !== 'aws_msk_iam') return ['oauthbearer, but not for MSK'];
  return [
    ...aws(),
    ...(tls === 'enable' ? [] : ['MSK with IAM needs TLS']),
    ...(awsRegion === undefined ? ['no awsRegion'] : []),
  ];
}

/** Of pkg/scaling/resolver/scale_resolvers.go. */
function identityProblems({ podIdentity }: Authentication, account: KubernetesObject | undefined): string[] {
  if (podIdentity?.identityOwner !== 'workload') return [];
  if (podIdentity.roleArn !== undefined) return ['roleArn, though KEDA does not own the identity'];
  const annotation = 'eks.amazonaws.com/role-arn';
  return account?.metadata.annotations?.[annotation] === undefined
    ? [`the workload's account has no annotation ${annotation}`]
    : [];
}
