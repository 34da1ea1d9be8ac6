import {
  GetBucketCorsCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketPolicyCommand,
  PutBucketCorsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketPolicyCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { CreateQueueCommand, SetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { testS3, type TestS3 } from '@darkroom/testing';
import { createS3Client } from '../s3-client.ts';
import { openS3 } from '../open-s3.ts';
import { planBucket, type BucketPlan } from './bucket-plan.ts';
import { ensureBucket, setUpBucket } from './setup-bucket.ts';

let store: TestS3;
let client: S3Client;
let plan: BucketPlan;

beforeAll(async () => {
  store = await testS3();
  client = createS3Client(store.settings);
  const queueArn = await makeQueue('own');
  plan = planBucket({
    bucket: store.settings.bucket,
    corsOrigins: ['http://localhost:*'],
    queueArn,
    publicImages: true,
    onAws: false,
    incomingDays: 21,
  });
});
afterAll(async () => {
  client.destroy();
  await store.close();
});

/** A queue that S3 may send to: it is asked when a notification is configured. */
async function makeQueue(name: string): Promise<string> {
  const { endpoint: _, ...access } = store.settings;
  const sqs = new SQSClient({ ...access, endpoint: store.sqsEndpoint });
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
  const arn = `arn:aws:sqs:us-east-1:000000000000:${name}`;
  const Statement = [
    { Effect: 'Allow', Principal: { Service: 's3.amazonaws.com' }, Action: 'sqs:SendMessage', Resource: arn },
  ];
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
  sqs.destroy();
  return arn;
}

async function configuration() {
  const Bucket = store.settings.bucket;
  const [cors, lifecycle, notification, policy] = await Promise.all([
    client.send(new GetBucketCorsCommand({ Bucket })),
    client.send(new GetBucketLifecycleConfigurationCommand({ Bucket })),
    client.send(new GetBucketNotificationConfigurationCommand({ Bucket })),
    client.send(new GetBucketPolicyCommand({ Bucket })),
  ]);
  return {
    cors: cors.CORSRules?.map(({ ID }) => ID),
    lifecycle: lifecycle.Rules?.map(({ ID }) => ID),
    notification: notification.QueueConfigurations?.map(({ Id }) => Id),
    policy: (JSON.parse(policy.Policy ?? '') as { Statement: { Sid: string }[] }).Statement.map(
      ({ Sid }) => Sid,
    ),
  };
}

it('makes the bucket only when told to', async () => {
  await expect(ensureBucket(store.settings, false)).rejects.toMatchObject({ code: 'not_found' });
  expect(await ensureBucket(store.settings, true)).toBe(true);
  expect(await ensureBucket(store.settings, true)).toBe(false);
});

it('adds to what others have put there, and repeats without a trace', async () => {
  const Bucket = store.settings.bucket;
  const otherQueue = await makeQueue('other');
  await client.send(
    new PutBucketCorsCommand({
      Bucket,
      CORSConfiguration: {
        CORSRules: [{ ID: 'theirs', AllowedMethods: ['GET'], AllowedOrigins: ['https://a.example'] }],
      },
    }),
  );
  await client.send(
    new PutBucketLifecycleConfigurationCommand({
      Bucket,
      LifecycleConfiguration: {
        Rules: [{ ID: 'theirs', Status: 'Enabled', Filter: { Prefix: 'logs/' }, Expiration: { Days: 3 } }],
      },
    }),
  );
  await client.send(
    new PutBucketNotificationConfigurationCommand({
      Bucket,
      NotificationConfiguration: {
        QueueConfigurations: [
          {
            Id: 'theirs',
            QueueArn: otherQueue,
            Events: ['s3:ObjectCreated:*'],
            Filter: { Key: { FilterRules: [{ Name: 'prefix', Value: 'logs/' }] } },
          },
        ],
      },
    }),
  );
  const theirs = {
    Sid: 'theirs',
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:PutObject',
    Resource: `arn:aws:s3:::${Bucket}/locked/*`,
  };
  await client.send(
    new PutBucketPolicyCommand({
      Bucket,
      Policy: JSON.stringify({ Version: '2012-10-17', Statement: [theirs] }),
    }),
  );

  for (let run = 0; run < 2; run += 1) {
    await setUpBucket(store.settings, plan);
    expect(await configuration()).toEqual({
      cors: ['theirs', 'darkroom-browsers'],
      lifecycle: ['theirs', 'darkroom-incoming'],
      notification: ['theirs', 'darkroom-incoming'],
      policy: ['theirs', 'darkroomPublicVariants'],
    });
  }
});

it('lets everyone read variants, and nothing else', async () => {
  const s3 = openS3(store.settings);
  const keys = ['images/a.webp', 'originals/a.jpg', 'incoming/a.jpg', 'private/a.webp'];
  for (const key of keys) await s3.objects.put(key, Buffer.from('x'), { contentType: 'image/webp' });
  const statuses = await Promise.all(
    keys.map(async (key) => {
      const response = await fetch(`${store.settings.endpoint}/${store.settings.bucket}/${key}`);
      await response.text();
      return response.status;
    }),
  );
  expect(statuses).toEqual([200, 403, 403, 403]);
  s3.close();
});

it('takes away what opens originals where it is told to, and nothing else of others', async () => {
  const Bucket = store.settings.bucket;
  const of = (Sid: string, resource: string, Effect = 'Allow') => ({
    ...{ Sid, Effect, Action: ['s3:Get*'], Resource: `arn:aws:s3:::${Bucket}/${resource}` },
    Principal: { AWS: '*' },
  });
  const theirs = [of('wide', '*'), of('narrow', 'originals/*'), of('logs', 'logs/*'), of('no', '*x', 'Deny')];
  const put = (Statement: readonly object[]) =>
    client.send(
      new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify({ Version: '2012-10-17', Statement }) }),
    );
  await put(theirs);
  await setUpBucket(store.settings, plan);
  expect((await configuration()).policy).toEqual(['wide', 'narrow', 'logs', 'no', 'darkroomPublicVariants']);
  await setUpBucket(store.settings, { ...plan, closeOriginals: true });
  expect((await configuration()).policy).toEqual(['logs', 'no', 'darkroomPublicVariants']);

  // A policy without statements is none
  await put([of('wide', '*')]);
  await setUpBucket(store.settings, { ...plan, policy: [], closeOriginals: true });
  await expect(client.send(new GetBucketPolicyCommand({ Bucket }))).rejects.toThrow(
    expect.objectContaining({ name: 'NoSuchBucketPolicy' }),
  );
});
