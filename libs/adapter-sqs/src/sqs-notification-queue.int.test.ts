import {
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { QueueMessage } from '@darkroom/domain';
import { testS3, type TestS3 } from '@darkroom/testing';
import { setUpQueues, type QueueSetup } from './setup-queues.ts';
import { createSqsClient } from './sqs-client.ts';
import { SqsNotificationQueue } from './sqs-notification-queue.ts';

const names = { queueName: 'uploads', deadLetterQueueName: 'uploads-dead', bucket: 'pictures' };
const { signal } = new AbortController();
let store: TestS3;
let setup: QueueSetup;
let queue: SqsNotificationQueue;
let client: SQSClient;

beforeAll(async () => {
  store = await testS3();
  const access = { ...store.settings, endpoint: store.sqsEndpoint };
  setup = await setUpQueues(access, names);
  queue = new SqsNotificationQueue({ ...access, ...setup });
  client = createSqsClient(access);
});
afterAll(async () => {
  queue.close();
  client.destroy();
  await store.close();
});

const sendBody = (MessageBody: string) =>
  client.send(new SendMessageCommand({ QueueUrl: setup.queueUrl, MessageBody }));

async function receiveAll(count: number, visibilitySeconds = 30): Promise<QueueMessage[]> {
  const found: QueueMessage[] = [];
  while (found.length < count) found.push(...(await queue.receive(10, visibilitySeconds, signal)));
  return found;
}

it('makes queues that only S3 may fill, and changes nothing when repeated', async () => {
  const access = { ...store.settings, endpoint: store.sqsEndpoint };
  expect(await setUpQueues(access, names)).toEqual(setup);
  const { Attributes = {} } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: setup.queueUrl, AttributeNames: ['All'] }),
  );
  expect(JSON.parse(Attributes['RedrivePolicy'] ?? '')).toEqual({
    deadLetterTargetArn: setup.deadLetterQueueArn,
    maxReceiveCount: 20,
  });
  expect(JSON.parse(Attributes['Policy'] ?? '')).toMatchObject({
    Statement: [
      {
        Principal: { Service: 's3.amazonaws.com' },
        Condition: { ArnEquals: { 'aws:SourceArn': 'arn:aws:s3:::pictures' } },
      },
    ],
  });
});

it('keeps what others put into the policy of the queue', async () => {
  const access = { ...store.settings, endpoint: store.sqsEndpoint };
  const policy = async () => {
    const command = new GetQueueAttributesCommand({ QueueUrl: setup.queueUrl, AttributeNames: ['Policy'] });
    return JSON.parse((await client.send(command)).Attributes?.['Policy'] ?? '') as {
      Statement: { Sid?: string }[];
    };
  };
  const before = await policy();
  const other = {
    Sid: 'audit',
    Effect: 'Allow',
    Principal: { AWS: '111122223333' },
    Action: 'sqs:ReceiveMessage',
    Resource: setup.queueArn,
  };
  const Policy = JSON.stringify({ ...before, Statement: [...before.Statement, other] });
  await client.send(new SetQueueAttributesCommand({ QueueUrl: setup.queueUrl, Attributes: { Policy } }));
  await setUpQueues(access, names);
  expect((await policy()).Statement).toEqual([other, ...before.Statement]);
  await client.send(
    new SetQueueAttributesCommand({
      QueueUrl: setup.queueUrl,
      Attributes: { Policy: JSON.stringify(before) },
    }),
  );
});

it('receives, counts receives, and removes', async () => {
  await Promise.all(Array.from({ length: 12 }, (_, index) => sendBody(String(index))));
  const messages = await receiveAll(12);
  expect(messages.map(({ body }) => Number(body)).toSorted((a, b) => a - b)).toEqual([...Array(12).keys()]);
  expect(messages.every(({ receiveCount }) => receiveCount === 1)).toBe(true);
  expect(await queue.depth()).toEqual({ waiting: 0, inFlight: 12 });
  await queue.extend(messages, 0);
  const again = await receiveAll(12);
  expect(again.every(({ receiveCount }) => receiveCount === 2)).toBe(true);
  await queue.remove(again);
  expect(await queue.depth()).toEqual({ waiting: 0, inFlight: 0 });
});

it('removes what it can of a batch, and throws for the rest', async () => {
  await sendBody('good');
  const [message] = await receiveAll(1);
  const broken = { ...message!, receiptHandle: 'not a receipt' };
  await expect(queue.remove([broken, message!])).rejects.toMatchObject({
    code: 'unavailable',
    reason: 'queue_partial_failure',
  });
  expect(await queue.depth()).toEqual({ waiting: 0, inFlight: 0 });
});

it('buries a message byte for byte, with the reason', async () => {
  const body = '{"not": "a notification", "ü": "\\u0000"}';
  await sendBody(body);
  const [message] = await receiveAll(1);
  await queue.bury(message!, 'not a notification');
  expect(await queue.depth()).toEqual({ waiting: 0, inFlight: 0 });
  const { Messages = [] } = await client.send(
    new ReceiveMessageCommand({ QueueUrl: setup.deadLetterQueueUrl, MessageAttributeNames: ['All'] }),
  );
  expect(
    Messages.map(({ Body, MessageAttributes }) => [Body, MessageAttributes?.['reason']?.StringValue]),
  ).toEqual([[body, 'not a notification']]);
});

it('stops waiting at once when told to', async () => {
  const stop = new AbortController();
  const receiving = queue.receive(1, 30, stop.signal);
  stop.abort();
  await expect(receiving).rejects.toMatchObject({ code: 'aborted' });
});

it.each([
  ['a missing queue', { queueUrl: 'http://127.0.0.1/000000000000/none' }],
  ['wrong credentials', { credentials: { accessKeyId: 'test-key', secretAccessKey: 'wrong' } }],
])('tells %s as unavailable', async (_, changes) => {
  const other = new SqsNotificationQueue({
    ...store.settings,
    endpoint: store.sqsEndpoint,
    ...setup,
    ...changes,
  });
  await expect(other.check()).rejects.toMatchObject({ code: 'unavailable', reason: 'queue_refused' });
  other.close();
});

it('is unavailable while nothing answers', async () => {
  await store.goDown();
  await expect(queue.check()).rejects.toMatchObject({ code: 'unavailable', reason: 'queue_unavailable' });
  await store.goUp();
  await queue.check();
});
