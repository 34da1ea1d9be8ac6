import { headerValue } from '../../core/request.ts';
import { AwsError } from '../../core/aws-error.ts';
import { assertKey, readAttributes, readPrecondition } from '../attributes.ts';
import { checksumHeader, parseAlgorithm, type Checksum } from '../checksums.ts';
import { quoted, type S3Call, type S3Reply } from '../context.ts';
import { MAX_PUT_BYTES } from '../payload.ts';
import type { StoredObject } from '../object-store.ts';

export const putObject = async (call: S3Call): Promise<S3Reply> => {
  const { services, payload, bucket, key } = call;
  assertKey(key);
  assertLength(call);
  const attributes = readAttributes(amzNames(call), call.header);
  const precondition = readPrecondition((name) => headerValue(call.request, name));
  const announced = call.header('x-amz-sdk-checksum-algorithm');
  if (announced !== undefined) parseAlgorithm(announced);
  const digests = payload.digests();
  const blob = await services.blobs.write(payload.stream(), digests, MAX_PUT_BYTES);
  try {
    const checksum = payload.verify(digests);
    const object: StoredObject = {
      ...attributes,
      bucket,
      key,
      etag: digests.etag(),
      size: blob.size,
      modifiedAt: call.now,
      blobs: [blob],
      ...(checksum ? { checksum } : {}),
    };
    services.objects.put(object, 'ObjectCreated:Put', precondition);
    return { status: 200, headers: { etag: quoted(object.etag), ...checksumHeaders(checksum) } };
  } catch (error) {
    await services.blobs.remove([blob.name]);
    throw error;
  }
};

export const checksumHeaders = (checksum: Checksum | undefined): Record<string, string> =>
  checksum
    ? { [checksumHeader(checksum.algorithm)]: checksum.value, 'x-amz-checksum-type': checksum.type }
    : {};

/** Names of headers and, on presigned URLs, of hoisted `x-amz-*` parameters. */
export const amzNames = (call: S3Call): Set<string> =>
  new Set([...call.request.headers.keys(), ...call.request.query.map(([name]) => name.toLowerCase())]);

/** S3 takes a PUT only with a length known from the start. */
export const assertLength = (call: S3Call): void => {
  const length = headerValue(call.request, 'content-length');
  const decoded = headerValue(call.request, 'x-amz-decoded-content-length');
  if (length === undefined && decoded === undefined) {
    throw new AwsError('MissingContentLength', 411, 'You must provide the Content-Length HTTP header.');
  }
  if (Number(decoded ?? length) > MAX_PUT_BYTES) {
    throw new AwsError('EntityTooLarge', 400, 'Your proposed upload exceeds the maximum allowed size', {
      ProposedSize: String(decoded ?? length),
      MaxSizeAllowed: String(MAX_PUT_BYTES),
    });
  }
};
