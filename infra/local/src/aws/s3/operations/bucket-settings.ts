import { isPublicPolicy, parsePolicy, type AccessPolicy } from '../../core/access-policy.ts';
import { AwsError, accessDenied } from '../../core/aws-error.ts';
import type { BucketSetting } from '../bucket-store.ts';
import { bucketArn, xmlReply, type S3Call, type S3Operation, type S3Reply } from '../context.ts';
import { corsElements, parseCors, type CorsRule } from '../cors.ts';
import { parseLifecycle } from '../lifecycle.ts';
import {
  notificationElements,
  parseNotification,
  type NotificationConfiguration,
} from '../notification-configuration.ts';
import { malformedXml, parseXml, renderXml, textOf, type XmlElement } from '../xml.ts';

const missing = (code: string, message: string, bucket: string): AwsError =>
  new AwsError(code, 404, message, { BucketName: bucket });

const read = <T>(call: S3Call, kind: BucketSetting, code: string, message: string): T => {
  const value = call.services.buckets.setting<T>(call.bucket, kind);
  if (value === undefined) throw missing(code, message, call.bucket);
  return value;
};

export const removeSetting =
  (kind: BucketSetting): S3Operation =>
  (call) => {
    call.services.buckets.removeSetting(call.bucket, kind);
    return { status: 204 };
  };

export const putCors = async (call: S3Call): Promise<S3Reply> => {
  const rules = parseCors(parseXml(await call.payload.text(), 'CORSConfiguration'));
  call.services.buckets.putSetting(call.bucket, 'cors', rules);
  return { status: 200 };
};

export const getCors = (call: S3Call): S3Reply =>
  xmlReply(
    renderXml(
      'CORSConfiguration',
      corsElements(
        read<CorsRule[]>(call, 'cors', 'NoSuchCORSConfiguration', 'The CORS configuration does not exist'),
      ),
    ),
  );

export const putLifecycle = async (call: S3Call): Promise<S3Reply> => {
  const rules = parseLifecycle(parseXml(await call.payload.text(), 'LifecycleConfiguration'));
  call.services.buckets.putSetting(call.bucket, 'lifecycle', rules);
  return { status: 200 };
};

export const getLifecycle = (call: S3Call): S3Reply =>
  xmlReply(
    renderXml('LifecycleConfiguration', {
      Rule: read<XmlElement[]>(
        call,
        'lifecycle',
        'NoSuchLifecycleConfiguration',
        'The lifecycle configuration does not exist',
      ),
    }),
  );

export const putNotification =
  (requestId: () => string): S3Operation =>
  async (call) => {
    const { buckets, notifier } = call.services;
    const configuration = parseNotification(parseXml(await call.payload.text(), 'NotificationConfiguration'));
    if (call.header('x-amz-skip-destination-validation')?.toLowerCase() !== 'true') {
      notifier.assertDestinations(call.bucket, configuration);
    }
    buckets.putSetting(call.bucket, 'notification', configuration);
    notifier.sendTestEvents(call.bucket, configuration, requestId(), call.now);
    return { status: 200 };
  };

export const getNotification = (call: S3Call): S3Reply => {
  const configuration = call.services.buckets.setting<NotificationConfiguration>(call.bucket, 'notification');
  return xmlReply(
    renderXml('NotificationConfiguration', configuration ? notificationElements(configuration) : {}),
  );
};

const BLOCKS = ['BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets'] as const;
export type PublicAccessBlock = Record<(typeof BLOCKS)[number], string>;

export const putPublicAccessBlock = async (call: S3Call): Promise<S3Reply> => {
  const document = parseXml(await call.payload.text(), 'PublicAccessBlockConfiguration');
  const value = Object.fromEntries(
    BLOCKS.map((name) => {
      const text = (textOf(document, name) ?? 'false').toLowerCase();
      if (text !== 'true' && text !== 'false') throw malformedXml();
      return [name, text];
    }),
  );
  call.services.buckets.putSetting(call.bucket, 'publicAccessBlock', value);
  return { status: 200 };
};

export const getPublicAccessBlock = (call: S3Call): S3Reply =>
  xmlReply(
    renderXml(
      'PublicAccessBlockConfiguration',
      read<PublicAccessBlock>(
        call,
        'publicAccessBlock',
        'NoSuchPublicAccessBlockConfiguration',
        'The public access block configuration was not found',
      ),
    ),
  );

export interface StoredPolicy {
  /** As it was put: S3 gives the same text back. */
  readonly text: string;
  readonly policy: AccessPolicy;
}

export const putPolicy = async (call: S3Call): Promise<S3Reply> => {
  const text = await call.payload.text();
  const policy = parsePolicy(text);
  const arn = bucketArn(call.bucket);
  const foreign = policy.Statement.flatMap((one) => one.Resource).some(
    (one) => one !== '*' && one !== arn && !one.startsWith(`${arn}/`),
  );
  if (foreign) throw new AwsError('MalformedPolicy', 400, 'Policy has invalid resource');
  const block = call.services.buckets.setting<PublicAccessBlock>(call.bucket, 'publicAccessBlock');
  if (block?.BlockPublicPolicy === 'true' && isPublicPolicy(policy)) {
    throw accessDenied(
      'User is not authorized to perform: s3:PutBucketPolicy because public policies are blocked by the BlockPublicPolicy block public access setting.',
    );
  }
  call.services.buckets.putSetting(call.bucket, 'policy', { text, policy } satisfies StoredPolicy);
  return { status: 204 };
};

export const getPolicy = (call: S3Call): S3Reply => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: read<StoredPolicy>(call, 'policy', 'NoSuchBucketPolicy', 'The bucket policy does not exist').text,
});

export const getPolicyStatus = (call: S3Call): S3Reply => {
  const stored = read<StoredPolicy>(call, 'policy', 'NoSuchBucketPolicy', 'The bucket policy does not exist');
  return xmlReply(renderXml('PolicyStatus', { IsPublic: String(isPublicPolicy(stored.policy)) }));
};
