import {
  CreateBucketCommand,
  DeleteBucketPolicyCommand,
  GetBucketCorsCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketPolicyCommand,
  HeadBucketCommand,
  PutBucketCorsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketPolicyCommand,
  PutPublicAccessBlockCommand,
  S3ServiceException,
  type S3Client,
} from '@aws-sdk/client-s3';
import { prefixes } from '@darkroom/domain';
import { AppError } from '@darkroom/kernel';
import { createS3Client } from '../s3-client.ts';
import { callS3 } from '../s3-errors.ts';
import type { S3Settings } from '../s3-settings.ts';
import { ownPrefix, type BucketPlan, type PolicyStatement } from './bucket-plan.ts';

/** What S3 answers where a configuration has never been put. */
const unset = new Set(['NoSuchCORSConfiguration', 'NoSuchLifecycleConfiguration', 'NoSuchBucketPolicy']);

/** How stores answer that have no such thing: there, the policy alone counts. */
const withoutAccessBlock = new Set(['NotImplemented', 'MethodNotAllowed']);

/** Makes the bucket where it is missing. Answers whether it did. */
export async function ensureBucket(settings: S3Settings, create: boolean): Promise<boolean> {
  return withClient(settings, async (client) => {
    const Bucket = settings.bucket;
    try {
      await client.send(new HeadBucketCommand({ Bucket }));
      return false;
    } catch (error) {
      const missing = error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404;
      if (!missing) return callS3(`look at bucket ${Bucket}`, () => Promise.reject(error));
    }
    if (!create) throw new AppError('not_found', `There is no bucket ${Bucket}; --create-bucket makes it.`);
    // us-east-1 is the one region that must not be named
    const location =
      settings.region === 'us-east-1'
        ? {}
        : { CreateBucketConfiguration: { LocationConstraint: settings.region as 'eu-west-1' } };
    await callS3(`create bucket ${Bucket}`, () =>
      client.send(new CreateBucketCommand({ Bucket, ...location })),
    );
    return true;
  });
}

/**
 * Puts CORS, lifecycle, bucket policy and notification of the plan in place. Each of them is one document in S3, which a
 * put replaces as a whole: what is there already and not Darkroom's (by id) is read first and kept. May be repeated.
 */
export async function setUpBucket(settings: S3Settings, plan: BucketPlan): Promise<void> {
  await withClient(settings, async (client) => {
    const { bucket } = settings;
    await putCors(client, bucket, plan);
    await putLifecycle(client, bucket, plan);
    await putPolicy(client, bucket, plan);
    await putNotification(client, bucket, plan);
  });
}

async function putCors(client: S3Client, Bucket: string, { cors }: BucketPlan): Promise<void> {
  const found = await read('CORS', () => client.send(new GetBucketCorsCommand({ Bucket })));
  const there = found?.CORSRules ?? [];
  const CORSRules = [...there.filter(({ ID }) => isForeign(ID)), ...cors];
  if (CORSRules.length === 0) return;
  await callS3('put CORS', () =>
    client.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules } })),
  );
}

async function putLifecycle(client: S3Client, Bucket: string, { lifecycle }: BucketPlan): Promise<void> {
  const found = await read('lifecycle', () =>
    client.send(new GetBucketLifecycleConfigurationCommand({ Bucket })),
  );
  const there = found?.Rules ?? [];
  const Rules = [...there.filter(({ ID }) => isForeign(ID)), ...lifecycle];
  await callS3('put lifecycle', () =>
    client.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } })),
  );
}

async function putPolicy(client: S3Client, Bucket: string, plan: BucketPlan): Promise<void> {
  await putPublicAccessBlock(client, Bucket, plan);
  const found = await read('policy', () => client.send(new GetBucketPolicyCommand({ Bucket })));
  const there = statementsOf(found?.Policy).filter(
    (statement) => isForeign(statement.Sid) && !(plan.closeOriginals && opensOriginals(statement, Bucket)),
  );
  const Statement = [...there, ...plan.policy];
  if (Statement.length === 0) {
    if (found !== undefined)
      await callS3('remove bucket policy', () => client.send(new DeleteBucketPolicyCommand({ Bucket })));
    return;
  }
  const policy = JSON.stringify({ Version: '2012-10-17', Statement });
  await callS3('put bucket policy', () =>
    client.send(new PutBucketPolicyCommand({ Bucket, Policy: policy })),
  );
}

async function putPublicAccessBlock(client: S3Client, Bucket: string, plan: BucketPlan): Promise<void> {
  const PublicAccessBlockConfiguration = plan.publicAccessBlock;
  await callS3('put public access block', async () => {
    try {
      await client.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration }));
    } catch (error) {
      const unknown = error instanceof S3ServiceException && withoutAccessBlock.has(error.name);
      if (!unknown) throw error;
    }
  });
}

/** Whether it lets whoever comes without a signature read what lies under `originals/`. */
function opensOriginals(statement: Partial<PolicyStatement>, bucket: string): boolean {
  const { Effect, Principal, Action = [], Resource = [] } = statement;
  const named = typeof Principal === 'object' && Principal !== null && 'AWS' in Principal;
  const original = `arn:aws:s3:::${bucket}/${prefixes.originals}x`;
  return (
    Effect === 'Allow' &&
    [named ? Principal.AWS : Principal].flat().includes('*') &&
    [Action].flat().some((pattern) => matches(pattern.toLowerCase(), 's3:getobject')) &&
    [Resource].flat().some((pattern) => matches(pattern, original))
  );
}

/** IAM's wildcards: `*` for anything, `?` for one character. */
function matches(pattern: string, text: string): boolean {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`).test(text);
}

function statementsOf(policy: string | undefined): Partial<PolicyStatement>[] {
  if (policy === undefined) return [];
  const { Statement = [] } = JSON.parse(policy) as {
    Statement?: Partial<PolicyStatement> | Partial<PolicyStatement>[];
  };
  return Array.isArray(Statement) ? Statement : [Statement];
}

async function putNotification(
  client: S3Client,
  Bucket: string,
  { notification }: BucketPlan,
): Promise<void> {
  const there = await callS3('read notification', () =>
    client.send(new GetBucketNotificationConfigurationCommand({ Bucket })),
  );
  const others = (there.QueueConfigurations ?? []).filter(({ Id }) => isForeign(Id));
  const NotificationConfiguration = {
    ...(there.TopicConfigurations ? { TopicConfigurations: there.TopicConfigurations } : {}),
    ...(there.LambdaFunctionConfigurations
      ? { LambdaFunctionConfigurations: there.LambdaFunctionConfigurations }
      : {}),
    ...(there.EventBridgeConfiguration ? { EventBridgeConfiguration: there.EventBridgeConfiguration } : {}),
    QueueConfigurations: [...others, notification],
  };
  await callS3('put notification', () =>
    client.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration })),
  );
}

function isForeign(id: string | undefined): boolean {
  return id?.startsWith(ownPrefix) !== true;
}

async function read<T>(what: string, call: () => Promise<T>): Promise<T | undefined> {
  return callS3(`read ${what}`, async () => {
    try {
      return await call();
    } catch (error) {
      if (error instanceof Error && unset.has(error.name)) return undefined;
      throw error;
    }
  });
}

async function withClient<T>(settings: S3Settings, work: (client: S3Client) => Promise<T>): Promise<T> {
  const client = createS3Client(settings);
  try {
    return await work(client);
  } finally {
    client.destroy();
  }
}
