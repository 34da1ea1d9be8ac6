import { z } from 'zod';
import type { SqsAction } from './context.ts';
import { byQueue, parseInput, queueUrl, stringMap } from './input.ts';
import type { Queue } from './queue-store.ts';
import { invalidParameter, sqsError, SqsError } from './sqs-error.ts';

const PURGE_INTERVAL_MS = 60_000;

export const createQueue: SqsAction = ({ services, now, baseUrl }, input) => {
  const schema = z.object({
    QueueName: z.string(),
    Attributes: stringMap.default({}),
    tags: stringMap.default({}),
  });
  const { QueueName, Attributes, tags } = parseInput(schema, input);
  return { QueueUrl: `${baseUrl}/${services.queues.create(QueueName, Attributes, tags, now).name}` };
};

export const getQueueUrl: SqsAction = ({ services, baseUrl }, input) => {
  const { QueueName } = parseInput(z.object({ QueueName: z.string() }), input);
  return { QueueUrl: `${baseUrl}/${services.queues.get(QueueName).name}` };
};

export const listQueues: SqsAction = ({ services, baseUrl }, input) => {
  const schema = z.object({
    QueueNamePrefix: z.string().default(''),
    MaxResults: z.number().int().min(1).max(1000).optional(),
    NextToken: z.string().optional(),
  });
  const { QueueNamePrefix, MaxResults, NextToken } = parseInput(schema, input);
  const names = services.queues.list(QueueNamePrefix).map((queue) => queue.name);
  const rest =
    NextToken === undefined
      ? names
      : names.filter((name) => name > Buffer.from(NextToken, 'base64').toString());
  const page = rest.slice(0, MaxResults ?? 1000);
  const more = MaxResults !== undefined && rest.length > page.length;
  return {
    QueueUrls: page.map((name) => `${baseUrl}/${name}`),
    ...(more ? { NextToken: Buffer.from(page.at(-1) ?? '').toString('base64') } : {}),
  };
};

export const deleteQueue: SqsAction = ({ services }, input) => {
  const { QueueUrl } = parseInput(byQueue, input);
  services.queues.remove(QueueUrl);
  services.messages.arrivals.emit(QueueUrl);
  return {};
};

export const setQueueAttributes: SqsAction = ({ services, now }, input) => {
  const { QueueUrl, Attributes } = parseInput(byQueue.extend({ Attributes: stringMap }), input);
  services.queues.setAttributes(QueueUrl, Attributes, now);
  return {};
};

export const getQueueAttributes: SqsAction = ({ services, now }, input) => {
  const { QueueUrl, AttributeNames } = parseInput(
    byQueue.extend({ AttributeNames: z.array(z.string()).default([]) }),
    input,
  );
  const queue = services.queues.get(QueueUrl);
  const counts = services.messages.counts(QueueUrl, now);
  const all = allAttributes(queue, counts);
  for (const name of AttributeNames) {
    if (name !== 'All' && !KNOWN.has(name))
      throw new SqsError('InvalidAttributeName', `Unknown Attribute ${name}.`);
  }
  const wanted = (name: string) => AttributeNames.includes('All') || AttributeNames.includes(name);
  const chosen = Object.entries(all).filter(([name]) => wanted(name));
  return chosen.length === 0 ? {} : { Attributes: Object.fromEntries(chosen) };
};

const KNOWN = new Set([
  ...[
    'Policy',
    'VisibilityTimeout',
    'MaximumMessageSize',
    'MessageRetentionPeriod',
    'ApproximateNumberOfMessages',
  ],
  ...[
    'ApproximateNumberOfMessagesNotVisible',
    'ApproximateNumberOfMessagesDelayed',
    'CreatedTimestamp',
    'LastModifiedTimestamp',
  ],
  ...[
    'QueueArn',
    'DelaySeconds',
    'ReceiveMessageWaitTimeSeconds',
    'RedrivePolicy',
    'RedriveAllowPolicy',
    'SqsManagedSseEnabled',
  ],
  ...[
    'FifoQueue',
    'ContentBasedDeduplication',
    'KmsMasterKeyId',
    'KmsDataKeyReusePeriodSeconds',
    'DeduplicationScope',
    'FifoThroughputLimit',
  ],
]);

const allAttributes = (
  queue: Queue,
  counts: { visible: number; inFlight: number; delayed: number },
): Record<string, string> => ({
  ...queue.attributes,
  QueueArn: queue.arn,
  ApproximateNumberOfMessages: String(counts.visible),
  ApproximateNumberOfMessagesNotVisible: String(counts.inFlight),
  ApproximateNumberOfMessagesDelayed: String(counts.delayed),
  CreatedTimestamp: String(Math.floor(queue.createdAt / 1000)),
  LastModifiedTimestamp: String(Math.floor(queue.modifiedAt / 1000)),
});

export const purgeQueue: SqsAction = ({ services, now }, input) => {
  const { QueueUrl } = parseInput(byQueue, input);
  if (now - services.queues.get(QueueUrl).purgedAt < PURGE_INTERVAL_MS) {
    throw sqsError(
      'PurgeQueueInProgress',
      `Only one PurgeQueue operation on ${QueueUrl} is allowed every 60 seconds.`,
    );
  }
  services.queues.setPurged(QueueUrl, now);
  services.messages.purge(QueueUrl);
  return {};
};

export const listDeadLetterSourceQueues: SqsAction = ({ services, baseUrl }, input) => {
  const { QueueUrl } = parseInput(byQueue, input);
  const { arn } = services.queues.get(QueueUrl);
  return { queueUrls: services.queues.sourcesOf(arn).map((queue) => `${baseUrl}/${queue.name}`) };
};

export const tagQueue: SqsAction = ({ services }, input) => {
  const { QueueUrl, Tags } = parseInput(byQueue.extend({ Tags: stringMap }), input);
  const tags = { ...services.queues.get(QueueUrl).tags, ...Tags };
  if (Object.keys(tags).length > 50) throw invalidParameter('Too many tags added for queue.');
  services.queues.setTags(QueueUrl, tags);
  return {};
};

export const untagQueue: SqsAction = ({ services }, input) => {
  const { QueueUrl, TagKeys } = parseInput(
    z.object({ QueueUrl: queueUrl, TagKeys: z.array(z.string()) }),
    input,
  );
  const kept = Object.entries(services.queues.get(QueueUrl).tags).filter(([key]) => !TagKeys.includes(key));
  services.queues.setTags(QueueUrl, Object.fromEntries(kept));
  return {};
};

export const listQueueTags: SqsAction = ({ services }, input) => {
  const { QueueUrl } = parseInput(byQueue, input);
  return { Tags: services.queues.get(QueueUrl).tags };
};
