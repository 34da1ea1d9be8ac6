import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseAllDocuments } from 'yaml';
import { helm, root, run } from './tools.ts';

export const chart = path.join(root, 'infra/helm/darkroom');

/** A way to install the chart. */
export interface ChartCase {
  readonly name: string;
  readonly release: string;
  /** An example's file, or values. */
  readonly values: string | object;
}

export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec?: unknown;
}

const least = {
  kafka: { brokers: ['kafka:9092'] },
  s3: { bucket: 'images', region: 'eu-central-1' },
  sqs: {
    queueUrl: 'https://sqs.eu-central-1.amazonaws.com/123456789012/uploads',
    deadLetterQueueUrl: 'https://sqs.eu-central-1.amazonaws.com/123456789012/uploads-dead',
  },
  auth: { existingSecret: 'auth' },
};
const aws = { existingSecret: 'aws' };
const kafkaBy = (sasl: object, tls: object = { enabled: true }) => ({
  ...least,
  kafka: { brokers: ['b-1:9098', 'b-2:9098'], tls, sasl },
});
const iam = kafkaBy({ mechanism: 'aws-msk-iam' });
const role = { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::123456789012:role/darkroom' };
const withAuthority = { enabled: true, caSecret: { name: 'kafka-ca' } };

/** What the examples do not show. */
const combinations: Readonly<Record<string, object>> = {
  'the least': least,
  'SASL PLAIN': kafkaBy({ mechanism: 'plain', existingSecret: 'kafka' }, withAuthority),
  'SASL PLAIN without TLS': kafkaBy({ mechanism: 'plain', existingSecret: 'kafka' }, { enabled: false }),
  'SCRAM with SHA-256': kafkaBy({ mechanism: 'scram-sha-256', existingSecret: 'kafka' }),
  'SCRAM with SHA-512': kafkaBy({ mechanism: 'scram-sha-512', existingSecret: 'kafka' }, withAuthority),
  'TLS alone, with an authority': kafkaBy({}, withAuthority),
  'IAM, IRSA, KEDA as the workload': {
    ...iam,
    serviceAccount: { annotations: role },
    keda: { identityOwner: 'workload' },
  },
  'IAM, an account with a role for each program, KEDA as the workload': {
    ...iam,
    keda: { identityOwner: 'workload' },
    ...Object.fromEntries(
      ['api', 'relay', 'publisher', 'webhooks', 'variantWorker', 'metadataWorker', 'cleanup', 'doctor'].map(
        (name) => [name, { serviceAccount: { create: true, annotations: role } }],
      ),
    ),
  },
  'IAM, Pod Identity, KEDA by its own role': iam,
  'IAM, Pod Identity, KEDA takes on a role': {
    ...kafkaBy({ mechanism: 'aws-msk-iam' }, withAuthority),
    keda: { roleArn: 'arn:aws:iam::123456789012:role/keda' },
  },
  'IAM by static keys': { ...kafkaBy({ mechanism: 'aws-msk-iam' }, withAuthority), aws },
  'no Kafka, Pod Identity': { ...least, eventBus: 'postgres', kafka: {} },
  'every secret there is': {
    ...kafkaBy({ mechanism: 'scram-sha-512', existingSecret: 'kafka' }, withAuthority),
    aws,
    auth: { existingSecret: 'auth', previousSecretKey: 'previous' },
    s3: {
      ...least.s3,
      cloudFront: { baseUrl: 'https://cdn.example.org', keyPairId: 'K2', existingSecret: 'cloudfront' },
    },
    sqs: { ...least.sqs, endpoint: 'http://sqs:9324' },
    inspector: { url: 'http://scanner:8080/check', existingSecret: 'inspector' },
  },
  'nothing scaled, nothing extra': {
    ...least,
    ...Object.fromEntries(
      ['api', 'relay', 'variantWorker', 'metadataWorker'].map((name) => [
        name,
        { autoscaling: { enabled: false } },
      ]),
    ),
    ...{ webhooks: { enabled: false }, gallery: { enabled: false }, migration: { enabled: false } },
    ...{ networkPolicy: { enabled: false }, podDisruptionBudget: { enabled: false } },
    serviceAccount: { create: false, name: 'there-already' },
  },
};

const longSchedules = {
  cleanup: {
    schedules: Object.fromEntries(
      ['arrivals-of-the-first-hour', 'arrivals-of-the-first-half-hour'].map((name) => [
        name,
        { schedule: '5 * * * *', args: ['--arrivals'] },
      ]),
    ),
  },
};

export async function exampleCases(): Promise<ChartCase[]> {
  const files = await readdir(path.join(chart, 'examples'));
  return files.map((name) => ({ name, release: 'darkroom', values: path.join(chart, 'examples', name) }));
}

export async function allCases(): Promise<ChartCase[]> {
  const more = Object.entries(combinations).map(([name, values]) => ({ name, release: 'darkroom', values }));
  const release = 'pictures-of-the-shop-in-the-south-west-of-the-country'; // 53 characters, which is Helm's most
  const long = { name: 'long names', release, values: { ...least, ...longSchedules } };
  return [...(await exampleCases()), ...more, long];
}

/** Runs with a file that has the values. */
export async function withValues<T>({ values }: ChartCase, work: (file: string) => Promise<T>): Promise<T> {
  if (typeof values === 'string') return work(values);
  const folder = await mkdtemp(path.join(tmpdir(), 'darkroom-chart-'));
  try {
    const file = path.join(folder, 'values.json');
    await writeFile(file, JSON.stringify(values));
    return await work(file);
  } finally {
    await rm(folder, { recursive: true });
  }
}

const rendered = new Map<string, Promise<string>>();

/** What `helm template` prints; each case is rendered once. */
export function render(chosen: ChartCase): Promise<string> {
  const known = rendered.get(chosen.name);
  if (known !== undefined) return known;
  const text = withValues(chosen, async (file) => {
    const options = ['-n', 'images', '-f', file];
    const { stdout } = await run(await helm(), ['template', chosen.release, chart, ...options]);
    return stdout;
  });
  rendered.set(chosen.name, text);
  return text;
}

export function objectsOf(text: string): KubernetesObject[] {
  return parseAllDocuments(text)
    .map((document): unknown => document.toJS())
    .filter((object): object is KubernetesObject => object !== null);
}
