import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  SetQueueAttributesCommand,
  SQSServiceException,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { AppError } from '@darkroom/kernel';
import { planQueues } from './queue-plan.ts';
import { createSqsClient } from './sqs-client.ts';
import { callSqs } from './sqs-errors.ts';
import type { SqsSettings } from './sqs-settings.ts';

export interface QueueSetup {
  readonly queueUrl: string;
  readonly queueArn: string;
  readonly deadLetterQueueUrl: string;
  readonly deadLetterQueueArn: string;
}

/**
 * Makes the queue and its dead-letter queue where they are missing, and sets their attributes. Statements of the queue's
 * policy that others put there stay. May be repeated.
 */
export async function setUpQueues(
  settings: Pick<SqsSettings, 'region' | 'endpoint' | 'credentials'>,
  names: { readonly queueName: string; readonly deadLetterQueueName: string; readonly bucket: string },
): Promise<QueueSetup> {
  const client = createSqsClient(settings);
  try {
    const dead = await ensureQueue(client, names.deadLetterQueueName);
    const queue = await ensureQueue(client, names.queueName);
    const plan = planQueues({ ...names, queueArn: queue.arn, deadLetterQueueArn: dead.arn });
    await setAttributes(client, dead.url, plan.deadLetterQueueAttributes);
    const Policy = mergedPolicy(await readPolicy(client, queue.url), plan.queueAttributes['Policy'] ?? '');
    await setAttributes(client, queue.url, { ...plan.queueAttributes, Policy });
    return {
      queueUrl: queue.url,
      queueArn: queue.arn,
      deadLetterQueueUrl: dead.url,
      deadLetterQueueArn: dead.arn,
    };
  } finally {
    client.destroy();
  }
}

async function ensureQueue(client: SQSClient, name: string): Promise<{ url: string; arn: string }> {
  const url = (await findQueue(client, name)) ?? (await createQueue(client, name));
  const { Attributes } = await callSqs(`look at queue ${name}`, () =>
    client.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] })),
  );
  const arn = Attributes?.QueueArn;
  if (arn === undefined) throw new AppError('internal', `queue ${name} has no ARN`);
  return { url, arn };
}

async function findQueue(client: SQSClient, name: string): Promise<string | undefined> {
  try {
    return (await client.send(new GetQueueUrlCommand({ QueueName: name }))).QueueUrl;
  } catch (error) {
    const missing =
      error instanceof SQSServiceException && /QueueDoesNotExist|NonExistentQueue/.test(error.name);
    if (missing) return undefined;
    return callSqs(`look for queue ${name}`, () => Promise.reject(error));
  }
}

async function createQueue(client: SQSClient, name: string): Promise<string> {
  const { QueueUrl } = await callSqs(`create queue ${name}`, () =>
    client.send(new CreateQueueCommand({ QueueName: name })),
  );
  if (QueueUrl === undefined) throw new AppError('internal', `queue ${name} has no URL`);
  return QueueUrl;
}

async function readPolicy(client: SQSClient, url: string): Promise<string | undefined> {
  const command = new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['Policy'] });
  return (await callSqs('read the queue policy', () => client.send(command))).Attributes?.Policy;
}

/** Our statements in place of earlier ones of the same name, beside those of others. */
function mergedPolicy(there: string | undefined, own: string): string {
  const ours = statementsOf(own);
  const names = new Set(ours.map(({ Sid }) => Sid));
  const others = statementsOf(there).filter(({ Sid }) => !names.has(Sid));
  return JSON.stringify({ Version: '2012-10-17', Statement: [...others, ...ours] });
}

function statementsOf(policy: string | undefined): { readonly Sid?: string }[] {
  if (policy === undefined || policy === '') return [];
  return [(JSON.parse(policy) as { Statement?: unknown }).Statement ?? []].flat() as { Sid?: string }[];
}

async function setAttributes(
  client: SQSClient,
  url: string,
  attributes: Readonly<Record<string, string>>,
): Promise<void> {
  await callSqs('set queue attributes', () =>
    client.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { ...attributes } })),
  );
}
