import { evaluatePolicy } from '../core/access-policy.ts';
import { AwsError, accessDenied } from '../core/aws-error.ts';
import { headerValue, queryValue, type AwsRequest } from '../core/request.ts';
import { verifyHeaderSignature, verifyQuerySignature, type VerifiedSignature } from '../core/sigv4.ts';
import { ACCOUNT_ID, bucketArn, remoteAddress, type S3Services } from './context.ts';
import type { PublicAccessBlock, StoredPolicy } from './operations/bucket-settings.ts';
import { assertPayloadHash } from './payload.ts';

export interface Identity {
  readonly principal: 'owner' | 'anonymous';
  readonly signature?: VerifiedSignature;
  /** `x-amz-*` query parameters stand for headers on presigned URLs. */
  readonly presigned: boolean;
}

/** Says who sends a request, by its header or query signature; no signature at all is `anonymous`. */
export const authenticate = (request: AwsRequest, services: S3Services, now: number): Identity => {
  const inHeader = headerValue(request, 'authorization') !== undefined;
  const inQuery =
    queryValue(request, 'X-Amz-Algorithm') !== undefined ||
    queryValue(request, 'X-Amz-Signature') !== undefined;
  if (inHeader && inQuery) {
    throw new AwsError(
      'InvalidArgument',
      400,
      'Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified',
      { ArgumentName: 'Authorization' },
    );
  }
  const context = { credentials: services.credentials, region: services.region, service: 's3' as const, now };
  if (inQuery)
    return { principal: 'owner', presigned: true, signature: verifyQuerySignature(request, context) };
  if (inHeader) {
    const hash = headerValue(request, 'x-amz-content-sha256');
    assertPayloadHash(hash);
    return {
      principal: 'owner',
      presigned: false,
      signature: verifyHeaderSignature(request, hash ?? '', context),
    };
  }
  if (queryValue(request, 'Signature') !== undefined && queryValue(request, 'AWSAccessKeyId') !== undefined) {
    throw new AwsError(
      'InvalidRequest',
      400,
      'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.',
    );
  }
  return { principal: 'anonymous', presigned: false };
};

export interface AccessQuestion {
  readonly principal: Identity['principal'];
  readonly action: string;
  readonly bucket: string;
  readonly key: string;
}

/** What the account's owner may always do, so that no policy locks everyone out. */
const ALWAYS = new Set([
  's3:GetBucketPolicy',
  's3:PutBucketPolicy',
  's3:DeleteBucketPolicy',
  's3:CreateBucket',
  's3:ListAllMyBuckets',
]);

/** Whether the bucket's policy lets the request through: the owner may do all but what is denied, others nothing but what is allowed. */
export const isAllowed = (question: AccessQuestion, request: AwsRequest, services: S3Services): boolean => {
  const owner = question.principal === 'owner';
  if (owner && ALWAYS.has(question.action)) return true;
  const stored = services.buckets.setting<StoredPolicy>(question.bucket, 'policy');
  if (!stored) return owner;
  const arn = bucketArn(question.bucket);
  const verdict = evaluatePolicy(stored.policy, {
    principal: question.principal,
    action: question.action,
    resource: question.key === '' ? arn : `${arn}/${question.key}`,
    context: {
      // Loopback counts as secure transport, as it does for browsers.
      'aws:securetransport': 'true',
      'aws:sourceip': remoteAddress(request.message),
      ...(owner ? { 'aws:principalaccount': ACCOUNT_ID } : {}),
      ...(headerValue(request, 'referer') === undefined
        ? {}
        : { 'aws:referer': headerValue(request, 'referer') ?? '' }),
    },
  });
  if (owner) return verdict !== 'deny';
  const block = services.buckets.setting<PublicAccessBlock>(question.bucket, 'publicAccessBlock');
  return verdict === 'allow' && block?.RestrictPublicBuckets !== 'true';
};

export const assertAllowed = (question: AccessQuestion, request: AwsRequest, services: S3Services): void => {
  if (!isAllowed(question, request, services)) throw accessDenied();
};
