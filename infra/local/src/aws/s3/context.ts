import type { IncomingMessage } from 'node:http';
import type { AwsRequest } from '../core/request.ts';
import type { Credentials } from '../core/sigv4.ts';
import type { BlobStore } from './blob-store.ts';
import type { BucketStore } from './bucket-store.ts';
import type { MultipartStore } from './multipart-store.ts';
import type { Notifier } from './notifier.ts';
import type { ObjectStore } from './object-store.ts';
import type { Payload } from './payload.ts';

/** The account that owns everything; AWS would show its 12 digits in ARNs. */
export const ACCOUNT_ID = '000000000000';

export interface S3Services {
  readonly credentials: Credentials;
  readonly region: string;
  /** Host names that stand for S3 itself: `bucket.<host>` is virtual-host style. */
  readonly hosts: readonly string[];
  readonly buckets: BucketStore;
  readonly objects: ObjectStore;
  readonly uploads: MultipartStore;
  readonly blobs: BlobStore;
  readonly notifier: Notifier;
}

/** One authenticated and authorised request, as operations see it. */
export interface S3Call {
  readonly services: S3Services;
  readonly request: AwsRequest;
  readonly bucket: string;
  readonly key: string;
  readonly principal: 'owner' | 'anonymous';
  readonly now: number;
  readonly payload: Payload;
  /** A header, or for presigned URLs the `x-amz-*` query parameter that a signer hoisted. */
  header(name: string): string | undefined;
  query(name: string): string | undefined;
}

export interface S3Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | AsyncIterable<Buffer>;
  /** Releases what `body` holds when it is not going to be read. */
  readonly discard?: () => Promise<void>;
}

export type S3Operation = (call: S3Call) => Promise<S3Reply> | S3Reply;

export const xmlReply = (body: string, status = 200, headers: Record<string, string> = {}): S3Reply => ({
  status,
  headers: { 'content-type': 'application/xml', ...headers },
  body,
});

export const quoted = (etag: string): string => `"${etag}"`;
export const isoDate = (time: number): string => new Date(time).toISOString();
export const bucketArn = (bucket: string): string => `arn:aws:s3:::${bucket}`;
export const remoteAddress = (message: IncomingMessage): string =>
  message.socket.remoteAddress ?? '127.0.0.1';
