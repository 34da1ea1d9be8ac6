import { AwsError } from '../../core/aws-error.ts';
import { headerValue } from '../../core/request.ts';
import type { BlobReader } from '../blob-store.ts';
import { isNotModified, parseRange, type ByteRange } from '../conditions.ts';
import { quoted, type S3Call, type S3Reply } from '../context.ts';
import type { StoredObject } from '../object-store.ts';
import { checksumHeaders } from './put-object.ts';

const OVERRIDES = [
  'content-type',
  'content-language',
  'expires',
  'cache-control',
  'content-disposition',
  'content-encoding',
];

export const getObject = async (call: S3Call): Promise<S3Reply> => {
  const overrides = readOverrides(call);
  const { object, reader } = await openObject(call, call.bucket, call.key);
  try {
    const { range, ...reply } = describe(call, object, overrides);
    if (reply.status === 304) {
      await reader.close();
      return reply;
    }
    return { ...reply, body: reader.read(range.start, range.end), discard: () => reader.close() };
  } catch (error) {
    await reader.close();
    throw error;
  }
};

export const headObject = (call: S3Call): S3Reply => {
  const { range: _range, ...reply } = describe(
    call,
    findObject(call, call.bucket, call.key),
    readOverrides(call),
  );
  return reply;
};

export const noSuchKey = (key: string): AwsError =>
  new AwsError('NoSuchKey', 404, 'The specified key does not exist.', { Key: key });

export const findObject = (call: S3Call, bucket: string, key: string): StoredObject => {
  const object = call.services.objects.find(bucket, key);
  if (!object) throw noSuchKey(key);
  return object;
};

/** Finds an object and opens its bytes; when it is replaced in between, the newer one is taken. */
export const openObject = async (
  call: S3Call,
  bucket: string,
  key: string,
): Promise<{ object: StoredObject; reader: BlobReader }> => {
  for (;;) {
    const object = findObject(call, bucket, key);
    try {
      return { object, reader: await call.services.blobs.open(object.blobs) };
    } catch (error) {
      const now = call.services.objects.find(bucket, key);
      const replaced = JSON.stringify(now?.blobs) !== JSON.stringify(object.blobs);
      if (!replaced) throw error;
    }
  }
};

const describe = (
  call: S3Call,
  object: StoredObject,
  overrides: Record<string, string>,
): S3Reply & { range: ByteRange } => {
  const whole = { start: 0, end: object.size - 1 };
  const headers: Record<string, string> = {
    ...object.headers,
    etag: quoted(object.etag),
    'last-modified': new Date(object.modifiedAt).toUTCString(),
    'accept-ranges': 'bytes',
  };
  for (const [name, value] of Object.entries(object.metadata)) headers[`x-amz-meta-${name}`] = value;
  const tags = Object.keys(object.tags).length;
  if (tags > 0) headers['x-amz-tagging-count'] = String(tags);
  if (isNotModified(call, object)) return { status: 304, headers, range: whole };
  const ifRange = headerValue(call.request, 'if-range');
  const rangeHolds =
    ifRange === undefined || ifRange === headers['etag'] || ifRange === headers['last-modified'];
  const range = rangeHolds ? parseRange(headerValue(call.request, 'range'), object.size) : undefined;
  Object.assign(headers, overrides);
  if (range) {
    headers['content-range'] = `bytes ${range.start}-${range.end}/${object.size}`;
    headers['content-length'] = String(range.end - range.start + 1);
    return { status: 206, headers, range };
  }
  headers['content-length'] = String(object.size);
  if (call.header('x-amz-checksum-mode')?.toUpperCase() === 'ENABLED')
    Object.assign(headers, checksumHeaders(object.checksum));
  return { status: 200, headers, range: whole };
};

/** `response-content-type` and its like, which only a signed request may use. */
const readOverrides = (call: S3Call): Record<string, string> => {
  const overrides: Record<string, string> = {};
  for (const name of OVERRIDES) {
    const value = call.query(`response-${name}`);
    if (value !== undefined) overrides[name] = assertHeaderValue(name, value);
  }
  if (call.principal === 'anonymous' && Object.keys(overrides).length > 0) {
    throw new AwsError(
      'InvalidRequest',
      400,
      'Request specific response headers cannot be used for anonymous GET requests.',
    );
  }
  return overrides;
};

const assertHeaderValue = (name: string, value: string): string => {
  if (/[^\t\x20-\x7e\x80-\xff]/.test(value)) {
    throw new AwsError('InvalidArgument', 400, 'Header value cannot be represented using ISO-8859-1.', {
      ArgumentName: `response-${name}`,
      ArgumentValue: value,
    });
  }
  return value;
};
