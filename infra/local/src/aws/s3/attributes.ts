import { AwsError } from '../core/aws-error.ts';
import { uriEncode } from '../core/request.ts';
import { malformedXml } from './xml.ts';
import type { ObjectAttributes, WritePrecondition } from './object-store.ts';

/** Headers that S3 stores with an object and gives back with it. */
export const STORED_HEADERS = [
  'content-type',
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'expires',
  'x-amz-website-redirect-location',
] as const;
const MAX_METADATA_BYTES = 2048;
const META = 'x-amz-meta-';

/**
 * What a PUT, POST, copy or multipart creation declares about its object, from headers or form fields.
 * @throws AwsError for a canned ACL (bucket owner enforced), too much metadata, bad tags, an unknown storage class
 */
export const readAttributes = (
  names: Iterable<string>,
  lookup: (name: string) => string | undefined,
): ObjectAttributes => {
  const acl = lookup('x-amz-acl') ?? lookup('acl');
  if (acl !== undefined && acl !== 'bucket-owner-full-control') {
    throw new AwsError('AccessControlListNotSupported', 400, 'The bucket does not allow ACLs');
  }
  const storageClass = lookup('x-amz-storage-class');
  if (storageClass !== undefined && storageClass !== 'STANDARD') {
    throw new AwsError('InvalidStorageClass', 400, 'The storage class you specified is not valid');
  }
  const headers: Record<string, string> = { 'content-type': 'binary/octet-stream' };
  for (const name of STORED_HEADERS) {
    const value = lookup(name);
    if (value !== undefined && value !== '') headers[name] = value;
  }
  const encoding = withoutChunked(headers['content-encoding']);
  if (encoding) headers['content-encoding'] = encoding;
  else delete headers['content-encoding'];
  const metadata = Object.fromEntries(
    [...names]
      .filter((name) => name.startsWith(META))
      .map((name) => [name.slice(META.length), lookup(name) ?? '']),
  );
  if (
    Object.entries(metadata).reduce((sum, [name, value]) => sum + name.length + Buffer.byteLength(value), 0) >
    MAX_METADATA_BYTES
  ) {
    throw new AwsError(
      'MetadataTooLarge',
      400,
      'Your metadata headers exceed the maximum allowed metadata size',
      { MaxSizeAllowed: String(MAX_METADATA_BYTES) },
    );
  }
  return { headers, metadata, tags: parseTagHeader(lookup('x-amz-tagging')) };
};

/** `aws-chunked` frames the transfer; it is no property of the object. */
const withoutChunked = (encoding: string | undefined): string =>
  (encoding ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '' && part !== 'aws-chunked')
    .join(',');

/** `x-amz-tagging: a=1&b=2`. */
const parseTagHeader = (text: string | undefined): Record<string, string> =>
  assertTags([...new URLSearchParams(text ?? '')]);

/** Tags of a `<Tagging>` document or header: at most ten, distinct, of bounded length. */
export const assertTags = (
  pairs: readonly (readonly [string, string])[],
  max = 10,
): Record<string, string> => {
  const invalid = (message: string) => new AwsError('InvalidTag', 400, message);
  if (pairs.length > max) throw new AwsError('BadRequest', 400, `Object tags cannot be greater than ${max}`);
  for (const [name, value] of pairs) {
    if (name === '' || name.length > 128) throw invalid('The TagKey you have provided is invalid');
    if (value.length > 256) throw invalid('The TagValue you have provided is invalid');
  }
  const tags = Object.fromEntries(pairs);
  if (Object.keys(tags).length !== pairs.length)
    throw invalid('Cannot provide multiple Tags with the same key');
  return tags;
};

/** The conditions of a write; what S3 does not implement on writes answers 501, as it does there. */
export const readPrecondition = (lookup: (name: string) => string | undefined): WritePrecondition => {
  const noneMatch = lookup('if-none-match');
  const match = lookup('if-match');
  if ((noneMatch !== undefined && noneMatch !== '*') || (noneMatch !== undefined && match !== undefined)) {
    throw new AwsError(
      'NotImplemented',
      501,
      'A header you provided implies functionality that is not implemented',
      { Header: 'If-None-Match' },
    );
  }
  return {
    ...(noneMatch === '*' ? { absent: true } : {}),
    ...(match === undefined ? {} : { etag: unquote(match) }),
  };
};

export const unquote = (etag: string): string =>
  etag
    .trim()
    .replace(/^W\//, '')
    .replace(/^"(.*)"$/, '$1');

/** S3 keys: 1 to 1,024 bytes of UTF-8. */
export const assertKey = (key: string): void => {
  if (Buffer.byteLength(key) > 1024) {
    throw new AwsError('KeyTooLongError', 400, 'Your key is too long', {
      Size: String(Buffer.byteLength(key)),
      MaxSizeAllowed: '1024',
    });
  }
};

/** A whole number of a query parameter within bounds, or `fallback` where it is absent. */
export const readInteger = (
  text: string | undefined,
  name: string,
  fallback: number,
  max: number,
): number => {
  if (text === undefined || text === '') return fallback;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > 2_147_483_647) {
    throw new AwsError('InvalidArgument', 400, `Provided ${name} not an integer or within integer range`, {
      ArgumentName: name,
      ArgumentValue: text,
    });
  }
  return Math.min(value, max);
};

export const encodeKey = (text: string, encoding: string | undefined): string => {
  if (encoding === undefined) return text;
  if (encoding !== 'url') {
    throw new AwsError('InvalidArgument', 400, 'Invalid Encoding Method specified in Request', {
      ArgumentName: 'encoding-type',
      ArgumentValue: encoding,
    });
  }
  return uriEncode(text, true).replaceAll('%20', '+');
};

export const required = <T>(value: T | undefined): T => {
  if (value === undefined) throw malformedXml();
  return value;
};
