import { AwsError } from '../../core/aws-error.ts';
import { ACCOUNT_ID, isoDate, xmlReply, type S3Call, type S3Reply } from '../context.ts';
import { parseXml, renderXml, textOf } from '../xml.ts';

export const listBuckets = (call: S3Call): S3Reply =>
  xmlReply(
    renderXml('ListAllMyBucketsResult', {
      Owner: { ID: ACCOUNT_ID },
      Buckets: {
        Bucket: call.services.buckets
          .list()
          .map((bucket) => ({ Name: bucket.name, CreationDate: isoDate(bucket.createdAt) })),
      },
    }),
  );

export const createBucket = async (call: S3Call): Promise<S3Reply> => {
  const body = await call.payload.text();
  const wanted =
    body.trim() === ''
      ? undefined
      : textOf(parseXml(body, 'CreateBucketConfiguration'), 'LocationConstraint');
  const region = call.services.region;
  if (wanted !== undefined && wanted !== '' && wanted !== region) {
    throw new AwsError(
      'IllegalLocationConstraintException',
      400,
      `The ${wanted} location constraint is incompatible for the region specific endpoint this request was sent to.`,
    );
  }
  // The one region that takes a bucket made twice as done (S3 API, "CreateBucket").
  const isThere = region === 'us-east-1' && call.services.buckets.find(call.bucket) !== undefined;
  if (!isThere) call.services.buckets.create(call.bucket, call.now);
  return { status: 200, headers: { location: `/${call.bucket}` } };
};

export const deleteBucket = (call: S3Call): S3Reply => {
  call.services.buckets.remove(call.bucket);
  return { status: 204 };
};

export const headBucket = (call: S3Call): S3Reply => ({
  status: 200,
  headers: { 'x-amz-bucket-region': call.services.region, 'content-type': 'application/xml' },
});

export const getBucketLocation = (call: S3Call): S3Reply => {
  // us-east-1 is written as an empty element, for historic reasons.
  const region = call.services.region === 'us-east-1' ? '' : call.services.region;
  const body = renderXml('LocationConstraint', {});
  return xmlReply(
    region === '' ? body : body.replace('></LocationConstraint>', `>${region}</LocationConstraint>`),
  );
};

export const getBucketVersioning = (): S3Reply => xmlReply(renderXml('VersioningConfiguration', {}));
