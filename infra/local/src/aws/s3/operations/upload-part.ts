import { AwsError } from '../../core/aws-error.ts';
import { assertCopyConditions, parseRange } from '../conditions.ts';
import { checksumElement, Digests } from '../checksums.ts';
import { isoDate, quoted, xmlReply, type S3Call, type S3Reply } from '../context.ts';
import type { MultipartUpload, Part } from '../multipart-store.ts';
import { MAX_PUT_BYTES } from '../payload.ts';
import { renderXml } from '../xml.ts';
import { readCopySource } from './copy-object.ts';
import { openObject } from './get-object.ts';
import { findUpload } from './multipart.ts';
import { assertLength, checksumHeaders } from './put-object.ts';

const MAX_PARTS = 10_000;

export const uploadPart = async (call: S3Call): Promise<S3Reply> => {
  assertLength(call);
  const { upload, number } = findPart(call);
  const digests = call.payload.digests(upload.checksum?.algorithm);
  const blob = await call.services.blobs.write(call.payload.stream(), digests, MAX_PUT_BYTES);
  try {
    const given = call.payload.verify(digests);
    const part = toPart(upload, number, digests, blob, call.now);
    if (upload.checksum && given && given.algorithm !== upload.checksum.algorithm) {
      throw new AwsError(
        'InvalidRequest',
        400,
        `Checksum Type mismatch occurred, expected checksum Type: ${upload.checksum.algorithm.toLowerCase()}, actual checksum Type: ${given.algorithm.toLowerCase()}`,
      );
    }
    call.services.uploads.putPart(upload, part);
    return { status: 200, headers: { etag: quoted(part.etag), ...checksumHeaders(given ?? part.checksum) } };
  } catch (error) {
    await call.services.blobs.remove([blob.name]);
    throw error;
  }
};

export const uploadPartCopy = async (call: S3Call): Promise<S3Reply> => {
  const { upload, number } = findPart(call);
  const from = readCopySource(call);
  const rangeText = call.header('x-amz-copy-source-range');
  const { object, reader } = await openObject(call, from.bucket, from.key);
  try {
    assertCopyConditions(call, object);
    const range = readCopyRange(rangeText, object.size);
    const digests = new Digests(upload.checksum ? [upload.checksum.algorithm] : []);
    const blob = await call.services.blobs.write(reader.read(range.start, range.end), digests, MAX_PUT_BYTES);
    const part = toPart(upload, number, digests, blob, call.now);
    try {
      call.services.uploads.putPart(upload, part);
    } catch (error) {
      await call.services.blobs.remove([blob.name]);
      throw error;
    }
    return xmlReply(
      renderXml('CopyPartResult', {
        LastModified: isoDate(call.now),
        ETag: quoted(part.etag),
        ...(part.checksum ? { [checksumElement(part.checksum.algorithm)]: part.checksum.value } : {}),
      }),
    );
  } finally {
    await reader.close();
  }
};

const readCopyRange = (text: string | undefined, size: number) => {
  if (text === undefined) return { start: 0, end: size - 1 };
  const invalid = new AwsError(
    'InvalidArgument',
    400,
    'The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy',
    { ArgumentName: 'x-amz-copy-source-range', ArgumentValue: text },
  );
  const match = /^bytes=(\d+)-(\d+)$/.exec(text);
  if (!match || Number(match[2]) >= size) throw invalid;
  const range = parseRange(text, size);
  if (!range) throw invalid;
  return range;
};

const findPart = (call: S3Call): { upload: MultipartUpload; number: number } => {
  const text = call.query('partNumber') ?? '';
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < 1 || number > MAX_PARTS) {
    throw new AwsError(
      'InvalidArgument',
      400,
      'Part number must be an integer between 1 and 10000, inclusive',
      { ArgumentName: 'partNumber', ArgumentValue: text },
    );
  }
  return { upload: findUpload(call), number };
};

const toPart = (
  upload: MultipartUpload,
  number: number,
  digests: Digests,
  blob: { name: string; size: number },
  now: number,
): Part => {
  const algorithm = upload.checksum?.algorithm;
  return {
    number,
    etag: digests.etag(),
    size: blob.size,
    modifiedAt: now,
    blob: blob.name,
    ...(algorithm
      ? { checksum: { algorithm, value: digests.base64(algorithm), type: 'FULL_OBJECT' as const } }
      : {}),
  };
};
