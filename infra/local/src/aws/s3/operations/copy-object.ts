import { AwsError, accessDenied } from '../../core/aws-error.ts';
import { headerValue } from '../../core/request.ts';
import { assertKey, readAttributes, readPrecondition } from '../attributes.ts';
import { assertCopyConditions } from '../conditions.ts';
import {
  checksumElement,
  Digests,
  parseAlgorithm,
  type Checksum,
  type ChecksumAlgorithm,
} from '../checksums.ts';
import type { Blob, BlobReader } from '../blob-store.ts';
import { isoDate, quoted, xmlReply, type S3Call, type S3Reply } from '../context.ts';
import type { ObjectAttributes, StoredObject } from '../object-store.ts';
import { MAX_PUT_BYTES } from '../payload.ts';
import { renderXml } from '../xml.ts';
import { amzNames } from './put-object.ts';
import { openObject } from './get-object.ts';

export const copyObject = async (call: S3Call): Promise<S3Reply> => {
  assertKey(call.key);
  const from = readCopySource(call);
  const precondition = readPrecondition((name) => headerValue(call.request, name));
  const wanted = call.header('x-amz-checksum-algorithm');
  const { object: source, reader } = await openObject(call, from.bucket, from.key);
  try {
    assertCopyConditions(call, source);
    const attributes = copiedAttributes(call, source, from.bucket === call.bucket && from.key === call.key);
    const bytes = await copyBytes(
      call,
      source,
      reader,
      wanted ? parseAlgorithm(wanted) : source.checksum?.algorithm,
    );
    const { blob, checksum } = bytes;
    const object: StoredObject = {
      ...attributes,
      bucket: call.bucket,
      key: call.key,
      etag: bytes.etag,
      size: blob.size,
      modifiedAt: call.now,
      blobs: [blob],
      ...(checksum ? { checksum } : {}),
    };
    try {
      call.services.objects.put(object, 'ObjectCreated:Copy', precondition);
    } catch (error) {
      await call.services.blobs.remove([blob.name]);
      throw error;
    }
    return xmlReply(
      renderXml('CopyObjectResult', {
        LastModified: isoDate(call.now),
        ETag: quoted(object.etag),
        ...checksumElements(checksum),
      }),
    );
  } finally {
    await reader.close();
  }
};

interface CopiedBytes {
  readonly blob: Blob;
  readonly etag: string;
  readonly checksum: Checksum | undefined;
}

/** An object of one piece whose hashes stay as they are need not be read again: its bytes get a second name. */
const copyBytes = async (
  call: S3Call,
  source: StoredObject,
  reader: BlobReader,
  algorithm: ChecksumAlgorithm | undefined,
): Promise<CopiedBytes> => {
  const [only, ...others] = source.blobs;
  const isWhole = only !== undefined && others.length === 0 && !source.etag.includes('-');
  if (isWhole && source.checksum?.algorithm === algorithm) {
    const blob = await call.services.blobs.duplicate(only);
    if (blob) return { blob, etag: source.etag, checksum: source.checksum };
  }
  const digests = new Digests(algorithm ? [algorithm] : []);
  const blob = await call.services.blobs.write(reader.read(0, source.size - 1), digests, MAX_PUT_BYTES);
  const checksum = algorithm && { algorithm, value: digests.base64(algorithm), type: 'FULL_OBJECT' as const };
  return { blob, etag: digests.etag(), checksum };
};

export const checksumElements = (checksum: Checksum | undefined): Record<string, string> =>
  checksum ? { [checksumElement(checksum.algorithm)]: checksum.value, ChecksumType: checksum.type } : {};

/** Bucket and key of `x-amz-copy-source`, which is URL-encoded and may begin with a slash. */
export const readCopySource = (call: S3Call): { bucket: string; key: string } => {
  const header = call.header('x-amz-copy-source') ?? '';
  const invalid = new AwsError(
    'InvalidArgument',
    400,
    'Copy Source must mention the source bucket and key: sourcebucket/sourcekey',
    { ArgumentName: 'x-amz-copy-source', ArgumentValue: header },
  );
  const [pathPart = '', version] = header.split('?versionId=');
  if (version !== undefined && version !== 'null')
    throw new AwsError('NoSuchVersion', 404, 'The specified version does not exist.');
  let decoded: string;
  try {
    decoded = decodeURIComponent(pathPart).replace(/^\//, '');
  } catch {
    throw invalid;
  }
  const slash = decoded.indexOf('/');
  if (slash < 1 || slash === decoded.length - 1) throw invalid;
  const source = { bucket: decoded.slice(0, slash), key: decoded.slice(slash + 1) };
  if (!call.services.buckets.find(source.bucket)) {
    throw new AwsError('NoSuchBucket', 404, 'The specified bucket does not exist', {
      BucketName: source.bucket,
    });
  }
  if (call.principal === 'anonymous') throw accessDenied();
  return source;
};

const copiedAttributes = (call: S3Call, source: StoredObject, ontoItself: boolean): ObjectAttributes => {
  const directive = readDirective(call, 'x-amz-metadata-directive');
  const tagging = readDirective(call, 'x-amz-tagging-directive');
  if (ontoItself && directive === 'COPY' && tagging === 'COPY') {
    throw new AwsError(
      'InvalidRequest',
      400,
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    );
  }
  const given = readAttributes(amzNames(call), call.header);
  const { headers, metadata } = directive === 'REPLACE' ? given : source;
  return { headers, metadata, tags: tagging === 'REPLACE' ? given.tags : source.tags };
};

const readDirective = (call: S3Call, name: string): 'COPY' | 'REPLACE' => {
  const value = call.header(name) ?? 'COPY';
  if (value !== 'COPY' && value !== 'REPLACE') {
    throw new AwsError('InvalidArgument', 400, 'Unknown metadata directive.', {
      ArgumentName: name,
      ArgumentValue: value,
    });
  }
  return value;
};
