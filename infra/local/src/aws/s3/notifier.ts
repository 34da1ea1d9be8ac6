import { evaluatePolicy } from '../core/access-policy.ts';
import { AwsError } from '../core/aws-error.ts';
import type { QueueStore } from '../sqs/queue-store.ts';
import type { MessageStore } from '../sqs/message-store.ts';
import { uriEncode } from '../core/request.ts';
import type { BucketStore } from './bucket-store.ts';
import { ACCOUNT_ID, bucketArn, isoDate } from './context.ts';
import type { NotificationConfiguration, QueueNotification } from './notification-configuration.ts';
import type { ObjectEvent, StoredObject } from './object-store.ts';

/** Puts S3's event messages into queues (S3 docs, "Event message structure", version 2.1). */
export class Notifier {
  readonly #buckets: BucketStore;
  readonly #queues: QueueStore;
  readonly #messages: MessageStore;
  readonly #region: string;

  constructor(buckets: BucketStore, queues: QueueStore, messages: MessageStore, region: string) {
    this.#buckets = buckets;
    this.#queues = queues;
    this.#messages = messages;
    this.#region = region;
  }

  /** Refuses destinations that do not exist or whose policy does not let S3 send. */
  assertDestinations(bucket: string, configuration: NotificationConfiguration): void {
    const refused = configuration.queues.filter(
      ({ Queue }) => this.#destination(bucket, Queue) === undefined,
    );
    const [first] = refused;
    if (first) {
      throw new AwsError(
        'InvalidArgument',
        400,
        'Unable to validate the following destination configurations',
        {
          ArgumentName: first.Queue,
          ArgumentValue: `The destination queue does not exist or its policy does not allow Amazon S3 to publish notifications from ${bucketArn(bucket)}`,
        },
      );
    }
  }

  /** Tells each destination that it was configured. */
  sendTestEvents(
    bucket: string,
    configuration: NotificationConfiguration,
    requestId: string,
    now: number,
  ): void {
    const body = {
      Service: 'Amazon S3',
      Event: 's3:TestEvent',
      Time: isoDate(now),
      Bucket: bucket,
      RequestId: requestId,
      HostId: requestId,
    };
    for (const { Queue } of configuration.queues) this.#send(bucket, Queue, JSON.stringify(body), now);
  }

  /** Sends what an object's change calls for; runs within that change's transaction. */
  notify(event: ObjectEvent, object: StoredObject, sequencer: string): void {
    const configuration = this.#buckets.setting<NotificationConfiguration>(object.bucket, 'notification');
    for (const target of configuration?.queues ?? []) {
      if (!wants(target, event, object.key)) continue;
      const now = event === 'ObjectRemoved:Delete' ? Date.now() : object.modifiedAt;
      this.#send(
        object.bucket,
        target.Queue,
        JSON.stringify({ Records: [this.#record(target, event, object, sequencer, now)] }),
        now,
      );
    }
  }

  #record(
    target: QueueNotification,
    event: ObjectEvent,
    object: StoredObject,
    sequencer: string,
    now: number,
  ) {
    const removed = event === 'ObjectRemoved:Delete';
    return {
      eventVersion: '2.1',
      eventSource: 'aws:s3',
      awsRegion: this.#region,
      eventTime: isoDate(now),
      eventName: event,
      userIdentity: { principalId: `AWS:${ACCOUNT_ID}` },
      requestParameters: { sourceIPAddress: '127.0.0.1' },
      responseElements: { 'x-amz-request-id': sequencer.slice(-16), 'x-amz-id-2': sequencer },
      s3: {
        s3SchemaVersion: '1.0',
        configurationId: target.Id,
        bucket: {
          name: object.bucket,
          ownerIdentity: { principalId: ACCOUNT_ID },
          arn: bucketArn(object.bucket),
        },
        object: {
          key: uriEncode(object.key, true).replaceAll('%20', '+'),
          ...(removed ? {} : { size: object.size, eTag: object.etag }),
          sequencer,
        },
      },
    };
  }

  #send(bucket: string, arn: string, body: string, now: number): void {
    const queue = this.#destination(bucket, arn);
    // Like S3, an event whose queue is gone or closed to it is dropped.
    if (queue) this.#messages.send(queue, { body, attributes: {}, system: {} }, now);
  }

  #destination(bucket: string, arn: string): string | undefined {
    const queue = this.#queues.findByArn(arn);
    if (!queue?.policy) return undefined;
    const verdict = evaluatePolicy(queue.policy, {
      principal: 's3.amazonaws.com',
      action: 'sqs:SendMessage',
      resource: arn,
      context: { 'aws:sourcearn': bucketArn(bucket), 'aws:sourceaccount': ACCOUNT_ID },
    });
    return verdict === 'allow' ? queue.name : undefined;
  }
}

const wants = (target: QueueNotification, event: ObjectEvent, key: string): boolean =>
  target.Event.some(
    (pattern) =>
      pattern === `s3:${event}` || (pattern.endsWith(':*') && `s3:${event}`.startsWith(pattern.slice(0, -1))),
  ) &&
  key.startsWith(target.prefix) &&
  key.endsWith(target.suffix);
