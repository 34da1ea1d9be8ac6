import { z } from 'zod';

/** How to reach the bucket, as the adapter wants it. */
export interface S3Settings {
  readonly bucket: string;
  readonly region: string;
  /** From inside; undefined for AWS itself. */
  readonly endpoint?: string | undefined;
  /** In every URL given out; the same as `endpoint` where left out. */
  readonly publicEndpoint?: string | undefined;
  /** Default: only with an endpoint of its own, since such stores seldom have a host name per bucket. */
  readonly forcePathStyle?: boolean | undefined;
  /** Default: the AWS chain (environment, profile, web identity, instance role). */
  readonly credentials?: AwsCredentials | undefined;
  /** Where a CDN serves what lies under `images/`; the bucket's own URL where left out. */
  readonly publicBaseUrl?: string | undefined;
  /** Signs URLs of private variants for CloudFront; S3 presigns them where left out. */
  readonly cloudFront?: CloudFrontSettings | undefined;
}

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

export interface CloudFrontSettings {
  readonly baseUrl: string;
  readonly keyPairId: string;
  /** PEM. */
  readonly privateKey: string;
}

/** Environment variables of S3, to be spread into an app's config schema. */
export const s3Variables = {
  S3_BUCKET: z.string().min(3),
  S3_ENDPOINT: z.url().optional(),
  S3_PUBLIC_ENDPOINT: z.url().optional(),
  S3_FORCE_PATH_STYLE: z
    .enum(['true', 'false'])
    .transform((value) => value === 'true')
    .optional(),
  AWS_REGION: z.string().min(1).default('us-east-1'),
  AWS_ACCESS_KEY_ID: z.string().optional(),
  AWS_SECRET_ACCESS_KEY: z.string().optional(),
  AWS_SESSION_TOKEN: z.string().optional(),
  PUBLIC_BASE_URL: z.url().optional(),
  CLOUDFRONT_BASE_URL: z.url().optional(),
  CLOUDFRONT_KEY_PAIR_ID: z.string().optional(),
  CLOUDFRONT_PRIVATE_KEY: z.string().optional(),
} as const;

export type S3Environment = z.infer<z.ZodObject<typeof s3Variables>>;

/** Problems between the variables: what one alone cannot show. For an app's `superRefine`. */
export function s3Problems(env: S3Environment): { readonly variable: string; readonly message: string }[] {
  const problems = [];
  if ((env.AWS_ACCESS_KEY_ID === undefined) !== (env.AWS_SECRET_ACCESS_KEY === undefined)) {
    const missing = env.AWS_ACCESS_KEY_ID === undefined ? 'AWS_ACCESS_KEY_ID' : 'AWS_SECRET_ACCESS_KEY';
    problems.push({ variable: missing, message: 'goes together with its other half' });
  }
  const cloudFront = ['CLOUDFRONT_BASE_URL', 'CLOUDFRONT_KEY_PAIR_ID', 'CLOUDFRONT_PRIVATE_KEY'] as const;
  const unset = cloudFront.filter((name) => env[name] === undefined);
  if (unset.length > 0 && unset.length < cloudFront.length) {
    problems.push(...unset.map((variable) => ({ variable, message: 'is needed to sign for CloudFront' })));
  }
  return problems;
}

/** The adapter's settings from the variables of {@link s3Variables}. */
export function s3SettingsOf(env: S3Environment): S3Settings {
  const { CLOUDFRONT_BASE_URL: baseUrl, CLOUDFRONT_KEY_PAIR_ID: keyPairId } = env;
  // One-line variables carry a PEM with \n written out
  const privateKey = env.CLOUDFRONT_PRIVATE_KEY?.replaceAll('\\n', '\n');
  return {
    bucket: env.S3_BUCKET,
    region: env.AWS_REGION,
    endpoint: env.S3_ENDPOINT,
    publicEndpoint: env.S3_PUBLIC_ENDPOINT,
    forcePathStyle: env.S3_FORCE_PATH_STYLE,
    credentials: credentialsOf(env),
    publicBaseUrl: env.PUBLIC_BASE_URL,
    cloudFront: baseUrl && keyPairId && privateKey ? { baseUrl, keyPairId, privateKey } : undefined,
  };
}

function credentialsOf(env: S3Environment): AwsCredentials | undefined {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = env;
  if (accessKeyId === undefined || secretAccessKey === undefined) return undefined;
  return { accessKeyId, secretAccessKey, sessionToken: env.AWS_SESSION_TOKEN };
}
