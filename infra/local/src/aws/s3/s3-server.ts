import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AwsError, accessDenied } from '../core/aws-error.ts';
import { headerValue, parseRequest, queryValue, type AwsRequest } from '../core/request.ts';
import type { Log } from '../core/log.ts';
import { assertAllowed, authenticate, isAllowed } from './authorize.ts';
import { ACCOUNT_ID, type S3Call, type S3Reply, type S3Services } from './context.ts';
import { corsHeaders, preflight, type CorsRule } from './cors.ts';
import { drain, postObject } from './operations/post-object.ts';
import { Payload } from './payload.ts';
import { findRoute } from './routes.ts';
import { renderError } from './xml.ts';

/** How much of a refused upload is read on, so that its sender sees the answer. */
const DRAIN_BYTES = 256 * 1024 * 1024;

/** The S3 endpoint: from a raw request to an answer, errors included. */
export const createS3Handler =
  (services: S3Services, log: Log) =>
  (message: IncomingMessage, response: ServerResponse): void => {
    const requestId = randomBytes(8).toString('hex').toUpperCase();
    void answer({ services, log, message, response, requestId }).catch((error: unknown) => {
      // The client went away while the answer was sent, or a file broke: nothing more can be said to it.
      if (!response.headersSent && !response.destroyed) log('s3: an answer failed', error);
      response.destroy();
    });
    message.on('error', () => response.destroy());
  };

interface Exchange {
  readonly services: S3Services;
  readonly log: Log;
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
  readonly requestId: string;
}

const answer = async ({ services, log, message, response, requestId }: Exchange): Promise<void> => {
  let target: Target | undefined;
  let reply: S3Reply;
  try {
    target = resolveTarget(parseRequest(message), services.hosts);
    reply = await handle(services, target);
  } catch (error) {
    if (!(error instanceof AwsError) && !response.destroyed) log('s3: internal error', error);
    reply = errorReply(error, target, requestId);
    await drain(message, DRAIN_BYTES);
  }
  const cors =
    target && target.request.method !== 'OPTIONS'
      ? corsHeaders(corsRules(services, target.bucket), target.request)
      : {};
  await send(
    response,
    { ...reply, headers: { ...reply.headers, ...cors } },
    requestId,
    message.method === 'HEAD',
  );
};

interface Target {
  readonly request: AwsRequest;
  readonly bucket: string;
  readonly key: string;
  /** URL of the bucket in the style that the client uses. */
  readonly bucketUrl: string;
}

/** Bucket and key by host (`bucket.localhost`) or by path. */
const resolveTarget = (request: AwsRequest, hosts: readonly string[]): Target => {
  const authority = headerValue(request, 'host') ?? '';
  const host = authority.replace(/:\d+$/, '').toLowerCase();
  const parent = hosts.find((one) => host.endsWith(`.${one}`));
  if (parent !== undefined && !hosts.includes(host)) {
    const bucket = host.slice(0, -parent.length - 1);
    return { request, bucket, key: request.path.slice(1), bucketUrl: `http://${authority}` };
  }
  const slash = request.path.indexOf('/', 1);
  const bucket = slash < 0 ? request.path.slice(1) : request.path.slice(1, slash);
  return {
    request,
    bucket,
    key: slash < 0 ? '' : request.path.slice(slash + 1),
    bucketUrl: `http://${authority}/${bucket}`,
  };
};

const corsRules = (services: S3Services, bucket: string): CorsRule[] | undefined =>
  services.buckets.setting<CorsRule[]>(bucket, 'cors');

const handle = async (services: S3Services, target: Target): Promise<S3Reply> => {
  const { request, bucket, key } = target;
  const now = Date.now();
  if (request.method === 'OPTIONS') return preflight(corsRules(services, bucket), request);
  const isForm =
    request.method === 'POST' &&
    key === '' &&
    /^multipart\/form-data/i.test(headerValue(request, 'content-type') ?? '');
  if (isForm) {
    assertBucket(services, bucket);
    const authorize = (posted: string) =>
      assertAllowed({ principal: 'owner', action: 's3:PutObject', bucket, key: posted }, request, services);
    return postObject({ ...target, services, now, authorize });
  }
  const identity = authenticate(request, services, now);
  const expectedOwner = headerValue(request, 'x-amz-expected-bucket-owner');
  if (expectedOwner !== undefined && expectedOwner !== ACCOUNT_ID) throw accessDenied();
  const route = findRoute(request, bucket, key);
  if (bucket === '' && identity.principal === 'anonymous') throw accessDenied();
  if (bucket !== '' && route.action !== 's3:CreateBucket') assertBucket(services, bucket);
  assertAllowed({ principal: identity.principal, action: route.action, bucket, key }, request, services);
  const query = (name: string) => queryValue(request, name);
  const header = (name: string) =>
    headerValue(request, name) ??
    (identity.presigned && name.startsWith('x-amz-')
      ? request.query.find(([one]) => one.toLowerCase() === name)?.[1]
      : undefined);
  const call: S3Call = {
    services,
    request,
    bucket,
    key,
    now,
    principal: identity.principal,
    payload: new Payload(request, identity.signature, header),
    header,
    query,
  };
  return hideAbsence(call, await settle(() => route.run(call)));
};

type Settled = { readonly reply: S3Reply } | { readonly error: unknown };

const settle = async (run: () => Promise<S3Reply> | S3Reply): Promise<Settled> => {
  try {
    return { reply: await run() };
  } catch (error) {
    return { error };
  }
};

/** Who may not list a bucket learns of no key whether it exists: 403 in the place of 404. */
const hideAbsence = (call: S3Call, settled: Settled): S3Reply => {
  if ('reply' in settled) return settled.reply;
  const { error } = settled;
  const question = { principal: call.principal, action: 's3:ListBucket', bucket: call.bucket, key: '' };
  const absent = error instanceof AwsError && error.code === 'NoSuchKey';
  if (absent && !isAllowed(question, call.request, call.services)) throw accessDenied();
  throw error;
};

const assertBucket = (services: S3Services, bucket: string): void => {
  if (!services.buckets.find(bucket)) {
    throw new AwsError('NoSuchBucket', 404, 'The specified bucket does not exist', { BucketName: bucket });
  }
};

const errorReply = (thrown: unknown, target: Target | undefined, requestId: string): S3Reply => {
  const error =
    thrown instanceof AwsError
      ? thrown
      : new AwsError('InternalError', 500, 'We encountered an internal error. Please try again.');
  const body = renderError({
    Code: error.code,
    Message: error.message,
    ...error.details,
    Resource: target?.request.path,
    RequestId: requestId,
    HostId: requestId,
  });
  return { status: error.status, headers: { 'content-type': 'application/xml' }, body };
};

const send = async (
  response: ServerResponse,
  reply: S3Reply,
  requestId: string,
  isHead: boolean,
): Promise<void> => {
  const { body } = reply;
  const headers: Record<string, string> = {
    server: 'AmazonS3',
    'x-amz-request-id': requestId,
    'x-amz-id-2': requestId,
    ...reply.headers,
  };
  if (
    !isHead &&
    (typeof body === 'string' || body === undefined) &&
    reply.status !== 204 &&
    reply.status !== 304
  ) {
    headers['content-length'] = String(Buffer.byteLength(body ?? ''));
  }
  if (response.destroyed) return reply.discard?.();
  response.writeHead(reply.status, headers);
  if (isHead || body === undefined || typeof body === 'string') {
    await reply.discard?.();
    response.end(isHead ? undefined : body);
    return;
  }
  try {
    await pipeline(Readable.from(body, { objectMode: false }), response);
  } finally {
    await reply.discard?.(); // a body that was never begun closes nothing by itself
  }
};
