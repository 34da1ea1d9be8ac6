import { z } from 'zod';
import type { SqsAction, SqsCall } from './context.ts';
import { byQueue, parseInput } from './input.ts';
import { receiveWaiting } from './long-poll.ts';
import {
  checkMessageAttributes,
  md5Hex,
  md5OfAttributes,
  messageAttributeSchema,
  selectAttributes,
  type MessageAttributes,
} from './message-attributes.ts';
import type { ReceivedMessage } from './message-store.ts';
import { MAX_MESSAGE_BYTES } from './queue-attributes.ts';
import { invalidParameter, sqsError, SqsError } from './sqs-error.ts';

const outgoing = z.object({
  MessageBody: z.string(),
  DelaySeconds: z.number().int().min(0).max(900).optional(),
  MessageAttributes: z.record(z.string(), messageAttributeSchema).default({}),
  MessageSystemAttributes: z.record(z.string(), messageAttributeSchema).default({}),
});
type Outgoing = z.infer<typeof outgoing>;

/** What SQS takes in a body: the characters of XML 1.0 (SQS API, "SendMessage"). */
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;

const sizeOf = (message: Outgoing): number =>
  Buffer.byteLength(message.MessageBody) + checkMessageAttributes(message.MessageAttributes);

const sendOne = (call: SqsCall, queueName: string, message: Outgoing): object => {
  const limit = Number(call.services.queues.get(queueName).attributes['MaximumMessageSize']);
  if (message.MessageBody === '')
    throw new SqsError('MissingParameter', 'The request must contain the parameter MessageBody.');
  if (sizeOf(message) > limit)
    throw invalidParameter(
      `One or more parameters are invalid. Reason: Message must be shorter than ${limit} bytes.`,
    );
  if (FORBIDDEN.test(message.MessageBody))
    throw new SqsError('InvalidMessageContents', 'The message contains characters outside the allowed set.');
  const messageId = call.services.messages.send(
    queueName,
    {
      body: message.MessageBody,
      attributes: message.MessageAttributes as MessageAttributes,
      system: systemAttributes(message),
      ...(message.DelaySeconds === undefined ? {} : { delaySeconds: message.DelaySeconds }),
    },
    call.now,
  );
  const md5 = md5OfAttributes(message.MessageAttributes as MessageAttributes);
  const systemMd5 = md5OfAttributes(message.MessageSystemAttributes as MessageAttributes);
  return {
    MessageId: messageId,
    MD5OfMessageBody: md5Hex(message.MessageBody),
    ...(md5 ? { MD5OfMessageAttributes: md5 } : {}),
    ...(systemMd5 ? { MD5OfMessageSystemAttributes: systemMd5 } : {}),
  };
};

const systemAttributes = (message: Outgoing): Record<string, string> => {
  const names = Object.keys(message.MessageSystemAttributes);
  if (names.some((name) => name !== 'AWSTraceHeader'))
    throw invalidParameter('Message system attribute name is invalid.');
  const trace = message.MessageSystemAttributes['AWSTraceHeader']?.StringValue;
  return trace === undefined ? {} : { AWSTraceHeader: trace };
};

export const sendMessage: SqsAction = (call, input) => {
  const { QueueUrl, ...message } = parseInput(byQueue.extend(outgoing.shape), input);
  return sendOne(call, QueueUrl, message);
};

export const sendMessageBatch: SqsAction = (call, input) => {
  const entry = outgoing.extend({ Id: z.string() });
  const { QueueUrl, Entries } = parseInput(byQueue.extend({ Entries: z.array(entry) }), input);
  call.services.queues.get(QueueUrl);
  checkBatch(Entries);
  const total = Entries.reduce((sum, one) => sum + sizeOf(one), 0);
  if (total > MAX_MESSAGE_BYTES) {
    throw sqsError(
      'BatchRequestTooLong',
      `Batch requests cannot be longer than ${MAX_MESSAGE_BYTES} bytes. You have sent ${total} bytes.`,
    );
  }
  return runBatch(Entries, (one) => sendOne(call, QueueUrl, one));
};

export const receiveMessage: SqsAction = async (call, input) => {
  const names = z.array(z.string()).default([]);
  const schema = byQueue.extend({
    MaxNumberOfMessages: z.number().int().min(1).max(10).default(1),
    VisibilityTimeout: z.number().int().min(0).max(43_200).optional(),
    WaitTimeSeconds: z.number().int().min(0).max(20).optional(),
    AttributeNames: names,
    MessageSystemAttributeNames: names,
    MessageAttributeNames: names,
  });
  const given = parseInput(schema, input);
  const queue = call.services.queues.get(given.QueueUrl);
  const waitSeconds = given.WaitTimeSeconds ?? Number(queue.attributes['ReceiveMessageWaitTimeSeconds']);
  const messages = await receiveWaiting(call.services.messages, given.QueueUrl, {
    max: given.MaxNumberOfMessages,
    visibilitySeconds: given.VisibilityTimeout,
    waitMs: waitSeconds * 1000,
    signal: call.signal,
  });
  const system = [...given.AttributeNames, ...given.MessageSystemAttributeNames];
  // An empty answer has no `Messages` at all.
  return messages.length === 0
    ? {}
    : { Messages: messages.map((one) => toOutput(one, system, given.MessageAttributeNames)) };
};

const toOutput = (message: ReceivedMessage, system: readonly string[], wanted: readonly string[]): object => {
  const chosen = Object.entries({ SenderId: '000000000000', ...message.system }).filter(
    ([name]) => system.includes('All') || system.includes(name),
  );
  const attributes = selectAttributes(message.attributes, wanted);
  const md5 = md5OfAttributes(attributes);
  return {
    MessageId: message.messageId,
    ReceiptHandle: message.receiptHandle,
    Body: message.body,
    MD5OfBody: md5Hex(message.body),
    ...(chosen.length > 0 ? { Attributes: Object.fromEntries(chosen) } : {}),
    ...(md5 ? { MessageAttributes: attributes, MD5OfMessageAttributes: md5 } : {}),
  };
};

export const deleteMessage: SqsAction = ({ services }, input) => {
  const { QueueUrl, ReceiptHandle } = parseInput(byQueue.extend({ ReceiptHandle: z.string() }), input);
  services.queues.get(QueueUrl);
  services.messages.remove(QueueUrl, ReceiptHandle);
  return {};
};

export const deleteMessageBatch: SqsAction = ({ services }, input) => {
  const schema = byQueue.extend({
    Entries: z.array(z.object({ Id: z.string(), ReceiptHandle: z.string() })),
  });
  const { QueueUrl, Entries } = parseInput(schema, input);
  services.queues.get(QueueUrl);
  checkBatch(Entries);
  return runBatch(Entries, (one) => {
    services.messages.remove(QueueUrl, one.ReceiptHandle);
    return {};
  });
};

const visibility = z.object({
  ReceiptHandle: z.string(),
  VisibilityTimeout: z.number().int().min(0).max(43_200),
});

export const changeMessageVisibility: SqsAction = ({ services, now }, input) => {
  const given = parseInput(byQueue.extend(visibility.shape), input);
  services.queues.get(given.QueueUrl);
  services.messages.changeVisibility(given.QueueUrl, given.ReceiptHandle, given.VisibilityTimeout, now);
  return {};
};

export const changeMessageVisibilityBatch: SqsAction = ({ services, now }, input) => {
  const { QueueUrl, Entries } = parseInput(
    byQueue.extend({ Entries: z.array(visibility.extend({ Id: z.string() })) }),
    input,
  );
  services.queues.get(QueueUrl);
  checkBatch(Entries);
  return runBatch(Entries, (one) => {
    services.messages.changeVisibility(QueueUrl, one.ReceiptHandle, one.VisibilityTimeout, now);
    return {};
  });
};

const checkBatch = (entries: readonly { Id: string }[]): void => {
  if (entries.length === 0)
    throw sqsError('EmptyBatchRequest', 'There should be at least one entry in the request.');
  if (entries.length > 10) {
    throw sqsError(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are 10. You have sent ${entries.length}.`,
    );
  }
  for (const { Id } of entries) {
    if (!/^[A-Za-z0-9_-]{1,80}$/.test(Id)) {
      throw sqsError(
        'InvalidBatchEntryId',
        'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
      );
    }
  }
  if (new Set(entries.map((one) => one.Id)).size !== entries.length)
    throw sqsError('BatchEntryIdsNotDistinct', 'Two or more batch entries in the request have the same Id.');
};

const runBatch = <T extends { Id: string }>(entries: readonly T[], run: (entry: T) => object): object => {
  const Successful: object[] = [];
  const Failed: object[] = [];
  for (const entry of entries) {
    try {
      Successful.push({ Id: entry.Id, ...run(entry) });
    } catch (error) {
      if (!(error instanceof SqsError)) throw error;
      Failed.push({ Id: entry.Id, SenderFault: true, Code: error.queryCode, Message: error.message });
    }
  }
  return { ...(Successful.length > 0 ? { Successful } : {}), ...(Failed.length > 0 ? { Failed } : {}) };
};
