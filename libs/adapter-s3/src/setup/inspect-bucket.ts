import {
  GetBucketCorsCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketNotificationConfigurationCommand,
  HeadBucketCommand,
  S3ServiceException,
  type QueueConfiguration,
  type S3Client,
} from '@aws-sdk/client-s3';
import { prefixes } from '@darkroom/domain';
import { createS3Client } from '../s3-client.ts';
import { callS3 } from '../s3-errors.ts';
import type { S3Settings } from '../s3-settings.ts';

/** What a bucket is set up to do, whoever did that. */
export interface BucketFacts {
  /** Undefined where the store does not tell. */
  readonly region: string | undefined;
  /** ARNs of the queues that are told of every object in `incoming/`. */
  readonly notifiedQueues: readonly string[];
  /** Days until an object in `incoming/` goes; undefined where it stays for ever. */
  readonly incomingDays: number | undefined;
  /** Origins whose pages may post files. */
  readonly corsOrigins: readonly string[];
}

/**
 * Answers undefined where there is no such bucket, and of one in another region than the settings say only which: nothing else
 * can be read from here. Throws `unavailable` where the store cannot be asked. */
export async function inspectBucket(settings: S3Settings): Promise<BucketFacts | undefined> {
  const client = createS3Client(settings);
  const Bucket = settings.bucket;
  try {
    const region = await regionOf(client, Bucket);
    if (region === false) return undefined;
    if (region !== undefined && region !== settings.region)
      return { region, notifiedQueues: [], incomingDays: undefined, corsOrigins: [] };
    const { QueueConfigurations = [] } = await callS3('read notification', () =>
      client.send(new GetBucketNotificationConfigurationCommand({ Bucket })),
    );
    return {
      region,
      notifiedQueues: QueueConfigurations.filter(tellsOfIncoming).flatMap(({ QueueArn }) => QueueArn ?? []),
      incomingDays: await expiryOfIncoming(client, Bucket),
      corsOrigins: await corsOriginsOf(client, Bucket),
    };
  } finally {
    client.destroy();
  }
}

/** False where there is no such bucket. */
async function regionOf(client: S3Client, Bucket: string): Promise<string | undefined | false> {
  return callS3(`look at bucket ${Bucket}`, async () => {
    try {
      return (await client.send(new HeadBucketCommand({ Bucket }))).BucketRegion;
    } catch (error) {
      if (!(error instanceof S3ServiceException)) throw error;
      if (error.$metadata.httpStatusCode === 404) return false;
      // S3 names the region with every refusal: 301, or 400 where the signature is for another one
      const region = error.$response?.headers['x-amz-bucket-region'];
      if (region === undefined || region === (await client.config.region())) throw error;
      return region;
    }
  });
}

async function corsOriginsOf(client: S3Client, Bucket: string): Promise<readonly string[]> {
  return callS3('read CORS', async () => {
    try {
      const { CORSRules = [] } = await client.send(new GetBucketCorsCommand({ Bucket }));
      return CORSRules.filter(({ AllowedMethods }) => AllowedMethods?.includes('POST')).flatMap(
        ({ AllowedOrigins }) => AllowedOrigins ?? [],
      );
    } catch (error) {
      if (error instanceof Error && error.name === 'NoSuchCORSConfiguration') return [];
      throw error;
    }
  });
}

function tellsOfIncoming({ Events = [], Filter }: QueueConfiguration): boolean {
  const rules = Filter?.Key?.FilterRules ?? [];
  // S3 answers the names of rules with a capital letter
  const whole = rules.every(
    ({ Name, Value = '' }) => Name?.toLowerCase() === 'prefix' && prefixes.incoming.startsWith(Value),
  );
  return whole && Events.includes('s3:ObjectCreated:*');
}

async function expiryOfIncoming(client: S3Client, Bucket: string): Promise<number | undefined> {
  const rules = await callS3('read lifecycle', async () => {
    try {
      return (await client.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))).Rules ?? [];
    } catch (error) {
      if (error instanceof Error && error.name === 'NoSuchLifecycleConfiguration') return [];
      throw error;
    }
  });
  const days = rules
    .filter(({ Status, Filter }) => Status === 'Enabled' && Filter?.Prefix === prefixes.incoming)
    .flatMap(({ Expiration }) => Expiration?.Days ?? []);
  return days.length === 0 ? undefined : Math.min(...days);
}
