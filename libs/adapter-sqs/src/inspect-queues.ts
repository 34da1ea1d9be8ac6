import { GetQueueAttributesCommand, SQSServiceException, type SQSClient } from '@aws-sdk/client-sqs';
import { createSqsClient } from './sqs-client.ts';
import { callSqs } from './sqs-errors.ts';
import type { SqsSettings } from './sqs-settings.ts';

export interface QueueFacts {
  readonly arn: string;
  /** Where SQS itself puts what was received too often; undefined: nowhere. */
  readonly deadLetterArn: string | undefined;
  /** Whether its policy lets S3 send to it for the bucket that was asked about. */
  readonly opensToBucket: boolean;
  /** Messages that nobody has taken, about. */
  readonly messages: number;
}

export interface QueuesFacts {
  /** Undefined where there is no such queue. */
  readonly queue: QueueFacts | undefined;
  readonly deadLetterQueue: QueueFacts | undefined;
}

/** How the two queues are set up, whoever did that. Throws `unavailable` where SQS cannot be asked. */
export async function inspectQueues(settings: SqsSettings, bucket: string): Promise<QueuesFacts> {
  const client = createSqsClient(settings);
  try {
    return {
      queue: await factsOf(client, settings.queueUrl, bucket),
      deadLetterQueue: await factsOf(client, settings.deadLetterQueueUrl, bucket),
    };
  } finally {
    client.destroy();
  }
}

async function factsOf(client: SQSClient, QueueUrl: string, bucket: string): Promise<QueueFacts | undefined> {
  const found = await callSqs('look at a queue', async () => {
    try {
      const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] });
      return (await client.send(command)).Attributes ?? {};
    } catch (error) {
      if (error instanceof SQSServiceException && /QueueDoesNotExist|NonExistentQueue/.test(error.name))
        return undefined;
      throw error;
    }
  });
  if (found === undefined) return undefined;
  const redrive = JSON.parse(found.RedrivePolicy ?? '{}') as { readonly deadLetterTargetArn?: string };
  return {
    arn: found.QueueArn ?? '',
    deadLetterArn: redrive.deadLetterTargetArn,
    opensToBucket: opensTo(found.Policy, bucket),
    messages: Number(found.ApproximateNumberOfMessages ?? 0),
  };
}

interface Statement {
  readonly Effect?: string;
  readonly Principal?: unknown;
  readonly Action?: string | readonly string[];
  readonly Condition?: unknown;
}

function opensTo(policy: string | undefined, bucket: string): boolean {
  if (policy === undefined || policy === '') return false;
  const { Statement: found = [] } = JSON.parse(policy) as {
    readonly Statement?: Statement | readonly Statement[];
  };
  const statements = Array.isArray(found) ? (found as readonly Statement[]) : [found as Statement];
  return statements.some(({ Effect, Principal, Action, Condition }) => {
    const sends = [Action].flat().some((action) => /^sqs:(SendMessage|\*)$/i.test(action as string));
    const s3 = Principal === '*' || JSON.stringify(Principal ?? '').includes('s3.amazonaws.com');
    const source = JSON.stringify(Condition ?? '');
    // A condition on the source must name this bucket, or a pattern that holds it
    const arns = [...source.matchAll(/arn:aws[\w-]*:s3:::([^"]+)/g)].map(([, name = '']) => name);
    const named = arns.length === 0 || arns.some((name) => name === bucket || name === '*');
    return Effect === 'Allow' && sends && s3 && named;
  });
}
