import path from 'node:path';
import { openDatabase } from './core/database.ts';
import { listen, type HttpEndpoint } from './core/http-server.ts';
import type { Log } from './core/log.ts';
import { BlobStore } from './s3/blob-store.ts';
import { BucketStore } from './s3/bucket-store.ts';
import { ACCOUNT_ID } from './s3/context.ts';
import { MultipartStore } from './s3/multipart-store.ts';
import { Notifier } from './s3/notifier.ts';
import { ObjectStore } from './s3/object-store.ts';
import { createS3Handler } from './s3/s3-server.ts';
import { MessageStore } from './sqs/message-store.ts';
import { MoveTasks } from './sqs/move-tasks.ts';
import { QueueStore } from './sqs/queue-store.ts';
import { createSqsHandler } from './sqs/sqs-server.ts';

export interface AwsEmulatorOptions {
  /** Folder for all state; made when it is missing. One emulator at a time may use it. */
  readonly dataDir: string;
  /** 0 takes a free port. */
  readonly s3Port: number;
  readonly sqsPort: number;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
  /** Host names of the S3 endpoint, for `bucket.<host>` addresses. */
  readonly hosts?: readonly string[];
  readonly log?: Log;
}

export interface AwsEmulator {
  readonly s3: { readonly endpoint: string };
  readonly sqs: { readonly endpoint: string };
  close(): Promise<void>;
}

/**
 * Starts S3 and SQS on loopback, with their state in `dataDir`.
 * @throws when a port is taken
 */
export const startAwsEmulator = async (options: AwsEmulatorOptions): Promise<AwsEmulator> => {
  const db = openDatabase(options.dataDir);
  const log = options.log ?? (() => undefined);
  const blobs = new BlobStore(path.join(options.dataDir, 'blobs'));
  const queues = new QueueStore(db, options.region, ACCOUNT_ID);
  const messages = new MessageStore(db, queues);
  const moveTasks = new MoveTasks(db, queues, messages);
  const buckets = new BucketStore(db);
  const notifier = new Notifier(buckets, queues, messages, options.region);
  const objects = new ObjectStore(db, blobs, (event, object, sequencer) =>
    notifier.notify(event, object, sequencer),
  );
  const uploads = new MultipartStore(db, blobs);
  const credentials = { accessKeyId: options.accessKeyId, secretAccessKey: options.secretAccessKey };
  const stopping = new AbortController();
  const opened: HttpEndpoint[] = [];
  const close = async (): Promise<void> => {
    stopping.abort();
    moveTasks.close();
    await Promise.all(opened.map((endpoint) => endpoint.close()));
    db.close();
  };
  try {
    await blobs.sweep(new Set([...objects.blobNames(), ...uploads.blobNames()]));
    const hosts = options.hosts ?? ['localhost', '127.0.0.1'];
    const s3 = await listen(
      options.s3Port,
      createS3Handler(
        { credentials, region: options.region, hosts, buckets, objects, uploads, blobs, notifier },
        log,
      ),
    );
    opened.push(s3);
    const services = { queues, messages, moveTasks };
    const sqs = await listen(
      options.sqsPort,
      createSqsHandler({
        credentials,
        region: options.region,
        accountId: ACCOUNT_ID,
        services,
        stopping: stopping.signal,
        log,
      }),
    );
    opened.push(sqs);
    moveTasks.resume();
    return { s3: { endpoint: s3.endpoint }, sqs: { endpoint: sqs.endpoint }, close };
  } catch (error) {
    await close();
    throw error;
  }
};
