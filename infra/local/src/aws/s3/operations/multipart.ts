import { createHash } from 'node:crypto';
import { AwsError } from '../../core/aws-error.ts';
import { headerValue } from '../../core/request.ts';
import { assertKey, readAttributes, readPrecondition, unquote } from '../attributes.ts';
import { assertCopyConditions, parseRange } from '../conditions.ts';
import {
  badDigest,
  checksumElement,
  compositeChecksum,
  declaredChecksum,
  Digests,
  parseAlgorithm,
  type Checksum,
  type ChecksumType,
} from '../checksums.ts';
import { isoDate, quoted, xmlReply, type S3Call, type S3Reply } from '../context.ts';
import type { MultipartUpload, Part } from '../multipart-store.ts';
import type { StoredObject } from '../object-store.ts';
import { MAX_PUT_BYTES } from '../payload.ts';
import { elementsOf, malformedXml, parseXml, renderXml, textOf } from '../xml.ts';
import { checksumElements, readCopySource } from './copy-object.ts';
import { openObject } from './get-object.ts';
import { amzNames, assertLength, checksumHeaders } from './put-object.ts';

const MIN_PART_BYTES = 5 * 1024 * 1024;
const MAX_PARTS = 10_000;

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

export const completeMultipartUpload = async (call: S3Call): Promise<S3Reply> => {
  const { services, bucket, key } = call;
  const upload = findUpload(call);
  const precondition = readPrecondition((name) => headerValue(call.request, name));
  const parts = choosePart(
    services.uploads.parts(upload.id),
    parseXml(await call.payload.text(), 'CompleteMultipartUpload'),
  );
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  const declaredSize = call.header('x-amz-mp-object-size');
  if (declaredSize !== undefined && Number(declaredSize) !== size) {
    throw new AwsError(
      'InvalidRequest',
      400,
      `The provided 'x-amz-mp-object-size' header value ${declaredSize} does not match what was computed: ${size}`,
    );
  }
  const checksum = await wholeChecksum(call, upload, parts);
  const md5s = createHash('md5');
  for (const part of parts) md5s.update(Buffer.from(part.etag, 'hex'));
  const object: StoredObject = {
    bucket,
    key,
    headers: upload.headers,
    metadata: upload.metadata,
    tags: upload.tags,
    etag: `${md5s.digest('hex')}-${parts.length}`,
    size,
    modifiedAt: call.now,
    blobs: parts.map((part) => ({ name: part.blob, size: part.size })),
    ...(checksum ? { checksum } : {}),
  };
  services.objects.put(object, 'ObjectCreated:CompleteMultipartUpload', precondition, () =>
    services.uploads.finish(upload.id, new Set(parts.map((part) => part.blob))),
  );
  const location = `http://${headerValue(call.request, 'host') ?? 'localhost'}/${bucket}/${key}`;
  return xmlReply(
    renderXml('CompleteMultipartUploadResult', {
      Location: location,
      Bucket: bucket,
      Key: key,
      ETag: quoted(object.etag),
      ...checksumElements(checksum),
    }),
  );
};

export const abortMultipartUpload = (call: S3Call): S3Reply => {
  call.services.uploads.finish(findUpload(call).id, new Set());
  return { status: 204 };
};

/** The parts that the client listed, in order, each as it was answered. */
const choosePart = (stored: readonly Part[], document: ReturnType<typeof parseXml>): Part[] => {
  const listed = elementsOf(document, 'Part');
  if (listed.length === 0) throw malformedXml();
  const byNumber = new Map(stored.map((part) => [part.number, part]));
  let previous = 0;
  return listed.map((element, index) => {
    const number = Number(textOf(element, 'PartNumber'));
    const part = byNumber.get(number);
    const checksum = part?.checksum && textOf(element, checksumElement(part.checksum.algorithm));
    if (number <= previous)
      throw new AwsError(
        'InvalidPartOrder',
        400,
        'The list of parts was not in ascending order. Parts must be ordered by part number.',
      );
    previous = number;
    if (
      !part ||
      unquote(textOf(element, 'ETag') ?? '') !== part.etag ||
      (checksum !== undefined && checksum !== part.checksum?.value)
    ) {
      throw new AwsError(
        'InvalidPart',
        400,
        "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
        { PartNumber: String(number) },
      );
    }
    if (index < listed.length - 1 && part.size < MIN_PART_BYTES) {
      throw new AwsError(
        'EntityTooSmall',
        400,
        'Your proposed upload is smaller than the minimum allowed size',
        {
          ProposedSize: String(part.size),
          MinSizeAllowed: String(MIN_PART_BYTES),
          PartNumber: String(number),
          ETag: part.etag,
        },
      );
    }
    return part;
  });
};

/** The object's checksum: of the parts' checksums, or of all its bytes; verified where the client declared it. */
const wholeChecksum = async (
  call: S3Call,
  upload: MultipartUpload,
  parts: readonly Part[],
): Promise<Checksum | undefined> => {
  if (!upload.checksum) return undefined;
  const { algorithm, type } = upload.checksum;
  const declared = declaredWhole(call, type);
  if (type === 'COMPOSITE') {
    const composite = compositeChecksum(
      algorithm,
      parts.map((part) => part.checksum?.value ?? ''),
    );
    if (declared !== undefined && declared.split('-')[0] !== composite.value.split('-')[0])
      throw badDigest(algorithm);
    return composite;
  }
  const digests = new Digests([algorithm]);
  const reader = await call.services.blobs.open(parts.map((part) => ({ name: part.blob, size: part.size })));
  for await (const chunk of reader.read(0, Number.MAX_SAFE_INTEGER)) digests.update(chunk);
  const value = digests.base64(algorithm);
  if (declared !== undefined && declared !== value) throw badDigest(algorithm);
  return { algorithm, value, type };
};

const declaredWhole = (call: S3Call, type: ChecksumType): string | undefined => {
  // A composite value carries its count of parts, which is no base64.
  const lookup = (name: string) =>
    type === 'COMPOSITE' ? call.header(name)?.split('-')[0] : call.header(name);
  return declaredChecksum(lookup)?.value;
};

export const findUpload = (call: S3Call): MultipartUpload =>
  call.services.uploads.get(call.bucket, call.key, call.query('uploadId') ?? '');

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
