import { decoderDefaults } from '@darkroom/adapter-image';
import type { KubernetesObject } from './chart-cases.ts';

interface Container {
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
}

interface PodSpec {
  readonly serviceAccountName: string;
  readonly terminationGracePeriodSeconds?: number;
  readonly containers: readonly Container[];
}

interface WithPod {
  readonly template?: { readonly spec: PodSpec };
  readonly jobTemplate?: { readonly spec: { readonly template: { readonly spec: PodSpec } } };
}

/** The only programs that may have each secret. The database's are everybody's, and so are the keys of AWS but for migrations. */
const holders: Readonly<Record<string, RegExp>> = {
  AUTH_JWT_SECRET: /^(api|doctor)$/,
  AUTH_JWT_SECRET_PREVIOUS: /^(api|doctor)$/,
  CLOUDFRONT_PRIVATE_KEY: /^api$/,
  INSPECTOR_TOKEN: /^(api|relay|cleanup-.+)$/,
  KAFKA_SASL_PASSWORD: /^(publisher|variant-worker|metadata-worker|doctor)$/,
  AWS_SECRET_ACCESS_KEY: /^(?!migrate$)/,
};

const componentOf = ({ metadata: { labels } }: KubernetesObject) =>
  labels?.['app.kubernetes.io/component'] ?? '';

function podOf({ kind, spec }: KubernetesObject): PodSpec | undefined {
  if (kind === 'Pod') return spec as PodSpec;
  const { template, jobTemplate } = (spec ?? {}) as WithPod;
  return template?.spec ?? jobTemplate?.spec.template.spec;
}

/** What Kubernetes would refuse only when it is asked, or take in silence though it is not meant. */
export function ruleProblems(objects: readonly KubernetesObject[]): string[] {
  return [
    ...nameProblems(objects),
    ...objects.flatMap((object) => {
      const pod = podOf(object);
      const problems =
        pod === undefined ? [] : [...secretProblems(object, pod), ...graceProblems(object, pod)];
      return object.kind === 'NetworkPolicy' ? [...problems, ...egressProblems(object)] : problems;
    }),
  ];
}

function nameProblems(objects: readonly KubernetesObject[]): string[] {
  const seen = new Set<string>();
  return objects.flatMap(({ kind, metadata: { name, labels = {} } }) => {
    const problems = [];
    const most = kind === 'CronJob' ? 52 : 63;
    if (name.length > most) problems.push(`${kind} ${name}: more than ${most} characters`);
    if (seen.has(`${kind} ${name}`)) problems.push(`${kind} ${name} is there twice`);
    seen.add(`${kind} ${name}`);
    const long = Object.values(labels).filter((value) => value.length > 63);
    return [...problems, ...long.map((value) => `${kind} ${name}: label ${value} is too long`)];
  });
}

function secretProblems(object: KubernetesObject, { containers }: PodSpec): string[] {
  const component = componentOf(object);
  return containers
    .flatMap(({ env = [] }) => env)
    .filter(({ name }) => holders[name]?.test(component) === false)
    .map(({ name }) => `${component} must not have ${name}`);
}

/** A store that is silent is given up after three attempts of ten seconds (libs/adapter-s3/src/s3-client.ts). */
const silentStoreMs = 30_000;

/** Whoever is stopped must have the time that their longest job takes, and Kubernetes must leave it to them. */
function graceProblems(object: KubernetesObject, pod: PodSpec): string[] {
  const component = componentOf(object);
  const variable = (wanted: string) =>
    Number(pod.containers[0]?.env?.find(({ name }) => name === wanted)?.value ?? 0);
  const graceMs = variable('SHUTDOWN_GRACE_MS');
  if (graceMs === 0) return [];
  const problems = [];
  // A program ends itself a second later
  if ((pod.terminationGracePeriodSeconds ?? 30) * 1_000 <= graceMs + 1_000)
    problems.push(`${component} is killed before its ${graceMs} ms are over`);
  const verifying = component === 'api' || component === 'relay';
  const longest = component.endsWith('-worker')
    ? decoderDefaults.wallMs + 5_000 // what the consumer leaves for the rest (container.ts)
    : verifying
      ? silentStoreMs + variable('INSPECTOR_TIMEOUT_MS') + 1_000
      : 0;
  if (graceMs < longest) problems.push(`${component} has ${graceMs} ms to stop, and may need ${longest}`);
  return problems;
}

interface Peer {
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] };
}

/** The node's metadata give out the node's role: no policy of ours lets anybody there. */
function egressProblems({ metadata: { name }, spec }: KubernetesObject): string[] {
  const { egress = [] } = spec as { readonly egress?: readonly { readonly to?: readonly Peer[] }[] };
  const kept: Readonly<Record<string, readonly string[]>> = {
    '0.0.0.0/0': ['169.254.169.254/32', '169.254.0.0/16'],
    '::/0': ['fd00:ec2::254/128'],
  };
  return egress
    .flatMap(({ to = [] }) => to)
    .filter(({ ipBlock }) => {
      const needed = ipBlock && kept[ipBlock.cidr];
      return needed !== undefined && !needed.some((block) => ipBlock?.except?.includes(block));
    })
    .map(({ ipBlock }) => `NetworkPolicy ${name}: ${ipBlock?.cidr} reaches the node's metadata`);
}
