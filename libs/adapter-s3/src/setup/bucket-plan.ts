import type {
  CORSRule,
  LifecycleRule,
  PublicAccessBlockConfiguration,
  QueueConfiguration,
} from '@aws-sdk/client-s3';
import { prefixes } from '@darkroom/domain';

export interface BucketPlanOptions {
  readonly bucket: string;
  readonly corsOrigins: readonly string[];
  readonly queueArn: string;
  /** Whether variants of public categories are read straight from the bucket; false where a CDN reads it for them. */
  readonly publicImages: boolean;
  /** AWS itself, where requests without TLS are refused. */
  readonly onAws: boolean;
  /** Days after which an upload that nobody took goes; longer than queue and dead-letter queue keep its notification. */
  readonly incomingDays: number;
  /** Whether statements of others that let everybody read originals go; otherwise what others made stays. */
  readonly closeOriginals?: boolean;
}

export interface PolicyStatement {
  readonly Sid: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal: unknown;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: unknown;
}

/** All that Darkroom wants of its bucket, in the words of the S3 API. */
export interface BucketPlan {
  readonly cors: readonly CORSRule[];
  readonly notification: QueueConfiguration;
  readonly lifecycle: readonly LifecycleRule[];
  readonly policy: readonly PolicyStatement[];
  readonly publicAccessBlock: PublicAccessBlockConfiguration;
  readonly closeOriginals: boolean;
}

/** Ids of everything that set-up makes begin with this: what else is there belongs to others and stays. */
export const ownPrefix = 'darkroom';

export function planBucket(options: BucketPlanOptions): BucketPlan {
  return {
    cors: options.corsOrigins.length === 0 ? [] : [corsRule(options.corsOrigins)],
    notification: {
      Id: `${ownPrefix}-incoming`,
      QueueArn: options.queueArn,
      Events: ['s3:ObjectCreated:*'],
      Filter: { Key: { FilterRules: [{ Name: 'prefix', Value: prefixes.incoming }] } },
    },
    lifecycle: [
      {
        ID: `${ownPrefix}-incoming`,
        Status: 'Enabled',
        Filter: { Prefix: prefixes.incoming },
        Expiration: { Days: options.incomingDays },
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
      },
    ],
    policy: policyOf(options),
    publicAccessBlock: accessBlock(options.publicImages),
    closeOriginals: options.closeOriginals ?? false,
  };
}

function corsRule(origins: readonly string[]): CORSRule {
  return {
    ID: `${ownPrefix}-browsers`,
    AllowedOrigins: [...origins],
    AllowedMethods: ['POST', 'PUT', 'GET', 'HEAD'],
    AllowedHeaders: ['*'],
    ExposeHeaders: ['ETag', 'Location'],
    MaxAgeSeconds: 3_000,
  };
}

function policyOf({ bucket, publicImages, onAws }: BucketPlanOptions): PolicyStatement[] {
  const arn = `arn:aws:s3:::${bucket}`;
  const statements: PolicyStatement[] = [];
  if (publicImages) {
    statements.push({
      Sid: `${ownPrefix}PublicVariants`,
      Effect: 'Allow',
      Principal: '*',
      Action: 's3:GetObject',
      Resource: `${arn}/${prefixes.images}*`,
    });
  }
  if (onAws) {
    statements.push({
      Sid: `${ownPrefix}TlsOnly`,
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:*',
      Resource: [arn, `${arn}/*`],
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    });
  }
  return statements;
}

/** ACLs never open anything; a bucket policy may, where variants are read from the bucket itself. */
function accessBlock(publicImages: boolean): PublicAccessBlockConfiguration {
  return {
    BlockPublicAcls: true,
    IgnorePublicAcls: true,
    BlockPublicPolicy: !publicImages,
    RestrictPublicBuckets: !publicImages,
  };
}
