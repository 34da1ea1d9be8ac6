import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { AwsError } from '../core/aws-error.ts';
import type { Log } from '../core/log.ts';
import { headerValue, parseRequest, queryValue, type AwsRequest } from '../core/request.ts';
import { sha256Hex, verifyHeaderSignature, type Credentials } from '../core/sigv4.ts';
import type { SqsAction, SqsServices } from './context.ts';
import * as messages from './message-actions.ts';
import * as moves from './move-actions.ts';
import * as queues from './queue-actions.ts';
import { SqsError } from './sqs-error.ts';

export interface SqsServerOptions {
  readonly credentials: Credentials;
  readonly region: string;
  readonly accountId: string;
  readonly services: SqsServices;
  /** Aborted when the server stops: waiting receivers are let go. */
  readonly stopping: AbortSignal;
  readonly log: Log;
}

const ACTIONS: Readonly<Record<string, SqsAction>> = {
  CreateQueue: queues.createQueue,
  DeleteQueue: queues.deleteQueue,
  GetQueueUrl: queues.getQueueUrl,
  ListQueues: queues.listQueues,
  GetQueueAttributes: queues.getQueueAttributes,
  SetQueueAttributes: queues.setQueueAttributes,
  PurgeQueue: queues.purgeQueue,
  ListDeadLetterSourceQueues: queues.listDeadLetterSourceQueues,
  TagQueue: queues.tagQueue,
  UntagQueue: queues.untagQueue,
  ListQueueTags: queues.listQueueTags,
  SendMessage: messages.sendMessage,
  SendMessageBatch: messages.sendMessageBatch,
  ReceiveMessage: messages.receiveMessage,
  DeleteMessage: messages.deleteMessage,
  DeleteMessageBatch: messages.deleteMessageBatch,
  ChangeMessageVisibility: messages.changeMessageVisibility,
  ChangeMessageVisibilityBatch: messages.changeMessageVisibilityBatch,
  StartMessageMoveTask: moves.startMessageMoveTask,
  CancelMessageMoveTask: moves.cancelMessageMoveTask,
  ListMessageMoveTasks: moves.listMessageMoveTasks,
};

const CONTENT_TYPE = 'application/x-amz-json-1.0';
/** Base64 and JSON escapes can make a message of 1 MiB several times as long on the wire. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;

/** The SQS endpoint, in the JSON protocol that current SDKs and the AWS CLI speak. */
export const createSqsHandler =
  (options: SqsServerOptions) =>
  (message: IncomingMessage, response: ServerResponse): void => {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const signal = AbortSignal.any([gone.signal, options.stopping]);
    run(options, message, signal).then(
      (output) => reply(response, 200, output),
      (error: unknown) => replyError(response, error, options.log),
    );
  };

const run = async (
  options: SqsServerOptions,
  message: IncomingMessage,
  signal: AbortSignal,
): Promise<object> => {
  const request = parseRequest(message);
  const body = await readBody(message);
  authenticate(options, request, body);
  const target = headerValue(request, 'x-amz-target');
  if (
    request.method !== 'POST' ||
    !headerValue(request, 'content-type')?.startsWith('application/x-amz-json') ||
    !target
  ) {
    throw new SqsError(
      'UnsupportedOperation',
      'Only the AWS JSON protocol is supported: SDKs older than 2023 use another one.',
    );
  }
  const action = ACTIONS[target.replace(/^AmazonSQS\./, '')];
  if (!action) throw new SqsError('InvalidAction', `The action ${target} is not valid for this endpoint.`);
  const baseUrl = `http://${headerValue(request, 'host') ?? '127.0.0.1'}/${options.accountId}`;
  return action({ services: options.services, now: Date.now(), baseUrl, signal }, parseJson(body));
};

const authenticate = (options: SqsServerOptions, request: AwsRequest, body: Buffer): void => {
  if (
    headerValue(request, 'authorization') === undefined ||
    queryValue(request, 'X-Amz-Signature') !== undefined
  ) {
    throw new SqsError(
      'MissingAuthenticationToken',
      'Request is missing Authentication Token',
      'MissingAuthenticationToken',
      403,
    );
  }
  // boto3 and the AWS CLI send no x-amz-content-sha256 here: what is signed is the hash of the body itself.
  const hash = sha256Hex(body);
  const context = {
    credentials: options.credentials,
    region: options.region,
    service: 'sqs' as const,
    now: Date.now(),
  };
  try {
    verifyHeaderSignature(request, hash, context);
  } catch (error) {
    throw error instanceof AwsError ? asSqsError(error) : error;
  }
};

const asSqsError = (error: AwsError): SqsError => {
  if (error.code === 'InvalidAccessKeyId') {
    return new SqsError(
      'UnrecognizedClientException',
      'The security token included in the request is invalid.',
      'InvalidClientTokenId',
      403,
    );
  }
  if (error.code === 'SignatureDoesNotMatch' || error.code === 'RequestTimeTooSkewed') {
    return new SqsError('InvalidSignatureException', error.message, 'SignatureDoesNotMatch', 403);
  }
  return new SqsError('IncompleteSignatureException', error.message, 'IncompleteSignature', 403);
};

const readBody = async (message: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  if (size > MAX_BODY_BYTES)
    throw new SqsError('RequestEntityTooLarge', 'The request is too large.', 'RequestEntityTooLarge', 413);
  return Buffer.concat(chunks);
};

const parseJson = (body: Buffer): unknown => {
  try {
    return body.length === 0 ? {} : JSON.parse(body.toString('utf8'));
  } catch {
    throw new SqsError('SerializationException', 'The request is not valid JSON.');
  }
};

const reply = (
  response: ServerResponse,
  status: number,
  output: object,
  headers: Record<string, string> = {},
): void => {
  if (response.destroyed) return;
  const body = JSON.stringify(output);
  response.writeHead(status, {
    'content-type': CONTENT_TYPE,
    'content-length': String(Buffer.byteLength(body)),
    'x-amzn-requestid': randomUUID(),
    ...headers,
  });
  response.end(body);
};

const replyError = (response: ServerResponse, thrown: unknown, log: Log): void => {
  const known = thrown instanceof AwsError ? asSqsError(thrown) : thrown;
  const error =
    known instanceof SqsError
      ? known
      : new SqsError('InternalFailure', 'An internal error occurred.', 'InternalFailure', 500);
  if (error !== known && !response.destroyed) log('sqs: internal error', thrown);
  const type = error.type.endsWith('Exception')
    ? `com.amazon.coral.service#${error.type}`
    : `com.amazonaws.sqs#${error.type}`;
  reply(
    response,
    error.status,
    { __type: type, message: error.message },
    { 'x-amzn-query-error': `${error.queryCode};${error.status < 500 ? 'Sender' : 'Receiver'}` },
  );
};
