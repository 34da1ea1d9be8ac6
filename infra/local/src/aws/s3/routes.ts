import { randomUUID } from 'node:crypto';
import { AwsError } from '../core/aws-error.ts';
import { queryValue, type AwsRequest } from '../core/request.ts';
import type { S3Operation } from './context.ts';
import * as settings from './operations/bucket-settings.ts';
import * as buckets from './operations/buckets.ts';
import { copyObject } from './operations/copy-object.ts';
import { deleteObject, deleteObjects } from './operations/delete-objects.ts';
import { getObject, headObject } from './operations/get-object.ts';
import { listMultipartUploads, listParts } from './operations/list-multipart.ts';
import { listObjectsV1, listObjectsV2 } from './operations/list-objects.ts';
import { completeMultipartUpload } from './operations/complete-multipart.ts';
import { abortMultipartUpload, createMultipartUpload } from './operations/multipart.ts';
import { putObject } from './operations/put-object.ts';
import * as tagging from './operations/tagging.ts';
import { uploadPart, uploadPartCopy } from './operations/upload-part.ts';

export interface Route {
  /** The IAM action that bucket policies speak of. */
  readonly action: string;
  readonly run: S3Operation;
}
type Table = Readonly<Record<string, Route>>;

const route = (action: string, run: S3Operation): Route => ({ action: `s3:${action}`, run });

const SERVICE: Table = { GET: route('ListAllMyBuckets', buckets.listBuckets) };

const BUCKET: Table = {
  PUT: route('CreateBucket', buckets.createBucket),
  DELETE: route('DeleteBucket', buckets.deleteBucket),
  HEAD: route('ListBucket', buckets.headBucket),
  GET: route('ListBucket', listObjectsV1),
  'GET list-type': route('ListBucket', listObjectsV2),
  'GET location': route('GetBucketLocation', buckets.getBucketLocation),
  'GET versioning': route('GetBucketVersioning', buckets.getBucketVersioning),
  'GET cors': route('GetBucketCORS', settings.getCors),
  'PUT cors': route('PutBucketCORS', settings.putCors),
  'DELETE cors': route('PutBucketCORS', settings.removeSetting('cors')),
  'GET policy': route('GetBucketPolicy', settings.getPolicy),
  'PUT policy': route('PutBucketPolicy', settings.putPolicy),
  'DELETE policy': route('DeleteBucketPolicy', settings.removeSetting('policy')),
  'GET policyStatus': route('GetBucketPolicyStatus', settings.getPolicyStatus),
  'GET publicAccessBlock': route('GetBucketPublicAccessBlock', settings.getPublicAccessBlock),
  'PUT publicAccessBlock': route('PutBucketPublicAccessBlock', settings.putPublicAccessBlock),
  'DELETE publicAccessBlock': route(
    'PutBucketPublicAccessBlock',
    settings.removeSetting('publicAccessBlock'),
  ),
  'GET lifecycle': route('GetLifecycleConfiguration', settings.getLifecycle),
  'PUT lifecycle': route('PutLifecycleConfiguration', settings.putLifecycle),
  'DELETE lifecycle': route('PutLifecycleConfiguration', settings.removeSetting('lifecycle')),
  'GET notification': route('GetBucketNotification', settings.getNotification),
  'PUT notification': route('PutBucketNotification', settings.putNotification(randomUUID)),
  'GET tagging': route('GetBucketTagging', tagging.getBucketTagging),
  'PUT tagging': route('PutBucketTagging', tagging.putBucketTagging),
  'DELETE tagging': route('PutBucketTagging', settings.removeSetting('tagging')),
  'GET uploads': route('ListBucketMultipartUploads', listMultipartUploads),
  'POST delete': route('DeleteObject', deleteObjects),
};

const OBJECT: Table = {
  GET: route('GetObject', getObject),
  HEAD: route('GetObject', headObject),
  PUT: route('PutObject', (call) =>
    call.header('x-amz-copy-source') === undefined ? putObject(call) : copyObject(call),
  ),
  DELETE: route('DeleteObject', deleteObject),
  'GET tagging': route('GetObjectTagging', tagging.getObjectTagging),
  'PUT tagging': route('PutObjectTagging', tagging.putObjectTagging),
  'DELETE tagging': route('DeleteObjectTagging', tagging.deleteObjectTagging),
  'POST uploads': route('PutObject', createMultipartUpload),
  'PUT partNumber': route('PutObject', (call) =>
    call.header('x-amz-copy-source') === undefined ? uploadPart(call) : uploadPartCopy(call),
  ),
  'POST uploadId': route('PutObject', completeMultipartUpload),
  'DELETE uploadId': route('AbortMultipartUpload', abortMultipartUpload),
  'GET uploadId': route('ListMultipartUploadParts', listParts),
};

/** Parameters that make a request another operation; those without a route above are answered 501. */
const SUBRESOURCES = new Set([
  ...Object.keys({ ...BUCKET, ...OBJECT }).flatMap((name) => name.split(' ')[1] ?? []),
  ...[
    'abac',
    'accelerate',
    'acl',
    'analytics',
    'attributes',
    'encryption',
    'intelligent-tiering',
    'inventory',
    'legal-hold',
    'logging',
  ],
  ...[
    'metadataTable',
    'metrics',
    'object-lock',
    'ownershipControls',
    'renameObject',
    'replication',
    'requestPayment',
    'restore',
  ],
  ...['retention', 'select', 'session', 'torrent', 'versionId', 'versions', 'website'],
]);

/** Finds what a request asks for; @throws AwsError 501 for what is not implemented, 405 for what does not exist */
export const findRoute = (request: AwsRequest, bucket: string, key: string): Route => {
  const table = bucket === '' ? SERVICE : key === '' ? BUCKET : OBJECT;
  const names = request.query.map(([name]) => name).filter((name) => SUBRESOURCES.has(name));
  if (queryValue(request, 'versionId') === 'null') names.splice(names.indexOf('versionId'), 1);
  // `PUT ?partNumber&uploadId` is told by its part number, everything else by its one sub-resource.
  const name = names.includes('partNumber') && request.method === 'PUT' ? 'partNumber' : names[0];
  const found = table[name === undefined ? request.method : `${request.method} ${name}`];
  if (found) return found;
  if (name !== undefined)
    throw new AwsError(
      'NotImplemented',
      501,
      'A header you provided implies functionality that is not implemented',
      { SubResource: name },
    );
  throw new AwsError('MethodNotAllowed', 405, 'The specified method is not allowed against this resource.', {
    Method: request.method,
  });
};
