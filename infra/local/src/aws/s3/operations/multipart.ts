import { AwsError } from '../../core/aws-error.ts';
import { assertKey, readAttributes } from '../attributes.ts';
import { parseAlgorithm, type ChecksumType } from '../checksums.ts';
import { xmlReply, type S3Call, type S3Reply } from '../context.ts';
import type { MultipartUpload } from '../multipart-store.ts';
import { renderXml } from '../xml.ts';
import { amzNames } from './put-object.ts';

export const createMultipartUpload = (call: S3Call): S3Reply => {
  assertKey(call.key);
  const algorithm = call.header('x-amz-checksum-algorithm');
  const checksum =
    algorithm === undefined ? undefined : readChecksumChoice(algorithm, call.header('x-amz-checksum-type'));
  const attributes = readAttributes(amzNames(call), call.header);
  const id = call.services.uploads.create({
    ...attributes,
    bucket: call.bucket,
    key: call.key,
    startedAt: call.now,
    ...(checksum ? { checksum } : {}),
  });
  const headers: Record<string, string> = checksum
    ? { 'x-amz-checksum-algorithm': checksum.algorithm, 'x-amz-checksum-type': checksum.type }
    : {};
  return xmlReply(
    renderXml('InitiateMultipartUploadResult', { Bucket: call.bucket, Key: call.key, UploadId: id }),
    200,
    headers,
  );
};

/** CRC64NVME exists for whole objects only, the SHAs for parts only (S3 docs, "Checksum types"). */
const readChecksumChoice = (text: string, typeText: string | undefined) => {
  const algorithm = parseAlgorithm(text);
  const type: ChecksumType =
    (typeText?.toUpperCase() as ChecksumType | undefined) ??
    (algorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE');
  const sha = algorithm.startsWith('SHA');
  const valid = type === 'COMPOSITE' ? algorithm !== 'CRC64NVME' : type === 'FULL_OBJECT' && !sha;
  if (!valid)
    throw new AwsError(
      'InvalidRequest',
      400,
      `The ${typeText ?? type} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`,
    );
  return { algorithm, type };
};

export const abortMultipartUpload = (call: S3Call): S3Reply => {
  call.services.uploads.finish(findUpload(call).id, new Set());
  return { status: 204 };
};

export const findUpload = (call: S3Call): MultipartUpload =>
  call.services.uploads.get(call.bucket, call.key, call.query('uploadId') ?? '');
