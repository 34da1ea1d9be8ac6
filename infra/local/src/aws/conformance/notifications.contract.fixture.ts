import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetBucketNotificationConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import type { Suite } from './suite.fixture.ts';
import { refusal } from './target.fixture.ts';

interface Record {
  eventVersion: string;
  eventSource: string;
  awsRegion: string;
  eventTime: string;
  eventName: string;
  s3: {
    s3SchemaVersion: string;
    bucket: { name: string; arn: string };
    object: { key: string; size: number; eTag: string; sequencer: string };
  };
}
const records = (bodies: string[]): Record[] =>
  bodies.flatMap((body) => (JSON.parse(body) as { Records?: Record[] }).Records ?? []);

/** What S3 tells a queue. */
export const notificationsContract = ({ target, it }: Suite): void => {
  describe('notifications', () => {
    let Bucket: string;
    let queue: { url: string; arn: string };
    beforeEach(async () => {
      Bucket = await target().newBucket();
      queue = await target().newQueue({}, Bucket);
    });
    const put = (Key: string, Body = 'hello') =>
      target().s3.send(new PutObjectCommand({ Bucket, Key, Body }));
    /** Configures, and takes the test event away. */
    const listen = async (rules: { Name: 'prefix' | 'suffix'; Value: string }[] = []) => {
      await target().notify(Bucket, queue.arn, ['s3:ObjectCreated:*'], rules);
      return target().take(queue.url, 1);
    };

    it('configuring sends s3:TestEvent', async () => {
      const [body = '{}'] = await listen();
      expect(JSON.parse(body)).toMatchObject({ Service: 'Amazon S3', Event: 's3:TestEvent', Bucket });
    });
    it('a PUT sends one record of version 2.1', async () => {
      await listen();
      const { ETag } = await put('incoming/a.png');
      const [record, ...more] = records(await target().take(queue.url, 1));
      expect(more).toEqual([]);
      expect(record).toMatchObject({
        eventVersion: '2.1',
        eventSource: 'aws:s3',
        awsRegion: target().server.region,
        eventName: 'ObjectCreated:Put',
        s3: {
          s3SchemaVersion: '1.0',
          bucket: { name: Bucket, arn: `arn:aws:s3:::${Bucket}` },
          object: { key: 'incoming/a.png', size: 5, eTag: ETag!.replaceAll('"', '') },
        },
      });
      expect(record!.s3.object.sequencer).toMatch(/^[0-9A-F]+$/i);
      expect(Date.parse(record!.eventTime)).not.toBeNaN();
    });
    it('keys are URL-encoded, a space as a plus', async () => {
      await listen();
      await put('incoming/my photo+é.png');
      expect(records(await target().take(queue.url, 1))[0]!.s3.object.key).toBe(
        'incoming/my+photo%2B%C3%A9.png',
      );
    });
    it('the sequencer of a later write of a key is greater', async () => {
      await listen();
      for (const body of ['one', 'two', 'three']) await put('a', body);
      const all = records(await target().take(queue.url, 3));
      const order = all
        .toSorted((a, b) => (a.s3.object.sequencer < b.s3.object.sequencer ? -1 : 1))
        .map((one) => one.s3.object.size);
      expect(order).toEqual([3, 3, 5]);
    });
    it('a POST is ObjectCreated:Post', async () => {
      await listen();
      const { url, fields } = await createPresignedPost(target().s3, { Bucket, Key: 'a' });
      const form = new FormData();
      for (const [name, value] of Object.entries(fields)) form.set(name, value);
      form.set('file', new Blob(['x']));
      expect((await fetch(url, { method: 'POST', body: form })).status).toBe(204);
      expect(records(await target().take(queue.url, 1))[0]!.eventName).toBe('ObjectCreated:Post');
    });
    it('a copy is ObjectCreated:Copy', async () => {
      await put('a');
      await listen();
      await target().s3.send(new CopyObjectCommand({ Bucket, Key: 'b', CopySource: `${Bucket}/a` }));
      expect(records(await target().take(queue.url, 1))[0]!.eventName).toBe('ObjectCreated:Copy');
    });
    it('a completed upload is ObjectCreated:CompleteMultipartUpload', async () => {
      await listen();
      const { UploadId } = await target().s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'a' }));
      const { ETag } = await target().s3.send(
        new UploadPartCommand({ Bucket, Key: 'a', UploadId, PartNumber: 1, Body: 'x' }),
      );
      await target().s3.send(
        new CompleteMultipartUploadCommand({
          Bucket,
          Key: 'a',
          UploadId,
          MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] },
        }),
      );
      expect(records(await target().take(queue.url, 1))[0]!.eventName).toBe(
        'ObjectCreated:CompleteMultipartUpload',
      );
    });
    it('prefix and suffix filter', async () => {
      await listen([
        { Name: 'prefix', Value: 'incoming/' },
        { Name: 'suffix', Value: '.png' },
      ]);
      for (const key of ['originals/a.png', 'incoming/a.txt', 'incoming/a.png']) await put(key);
      expect(records(await target().take(queue.url, 1)).map((one) => one.s3.object.key)).toEqual([
        'incoming/a.png',
      ]);
      expect(await target().count(queue.url)).toEqual({ visible: 0, inFlight: 0 });
    });
    it('a refused write and a delete tell nothing to who listens for creations', async () => {
      await put('a');
      await listen();
      expect(
        await refusal(
          target().s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'x', IfNoneMatch: '*' })),
        ),
      ).toMatchObject({ status: 412 });
      await target().s3.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
      await put('b');
      expect(records(await target().take(queue.url, 1)).map((one) => one.s3.object.key)).toEqual(['b']);
    });
    it('the configuration comes back, and putting another replaces it', async () => {
      await target().notify(
        Bucket,
        queue.arn,
        ['s3:ObjectCreated:*'],
        [{ Name: 'prefix', Value: 'incoming/' }],
      );
      await target().notify(
        Bucket,
        queue.arn,
        ['s3:ObjectCreated:Put'],
        [{ Name: 'prefix', Value: 'other/' }],
      );
      const { QueueConfigurations } = await target().s3.send(
        new GetBucketNotificationConfigurationCommand({ Bucket }),
      );
      expect(QueueConfigurations).toHaveLength(1);
      expect(QueueConfigurations![0]).toMatchObject({
        QueueArn: queue.arn,
        Events: ['s3:ObjectCreated:Put'],
      });
      await target().s3.send(
        new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration: {} }),
      );
      expect(
        (await target().s3.send(new GetBucketNotificationConfigurationCommand({ Bucket })))
          .QueueConfigurations,
      ).toBeUndefined();
    });
    it('a queue whose policy does not let S3 send is refused', async () => {
      const closed = await target().newQueue();
      const other = await target().newQueue({}, 'another-bucket');
      for (const { arn } of [closed, other, { arn: `${queue.arn}-missing` }]) {
        expect(await refusal(target().notify(Bucket, arn, ['s3:ObjectCreated:*']))).toEqual({
          code: 'InvalidArgument',
          status: 400,
        });
      }
    });
    it('overlapping configurations are refused', async () => {
      const one = (Value: string) => ({
        QueueArn: queue.arn,
        Events: ['s3:ObjectCreated:*' as const],
        Filter: { Key: { FilterRules: [{ Name: 'prefix' as const, Value }] } },
      });
      const sent = target().s3.send(
        new PutBucketNotificationConfigurationCommand({
          Bucket,
          NotificationConfiguration: { QueueConfigurations: [one('incoming/'), one('incoming/a')] },
        }),
      );
      expect(await refusal(sent)).toEqual({ code: 'InvalidArgument', status: 400 });
    });
    it('an event that S3 does not have is refused', async () => {
      expect(
        await refusal(target().notify(Bucket, queue.arn, ['s3:ObjectEaten:*' as 's3:ObjectCreated:*'])),
      ).toEqual({ code: 'InvalidArgument', status: 400 });
      const { Messages } = await target().sqs.send(new ReceiveMessageCommand({ QueueUrl: queue.url }));
      expect(Messages).toBeUndefined();
    });
  });
};
