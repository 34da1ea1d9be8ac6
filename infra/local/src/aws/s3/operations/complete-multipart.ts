import { createHash } from 'node:crypto';
import { AwsError } from '../../core/aws-error.ts';
import { headerValue } from '../../core/request.ts';
import { readPrecondition, unquote } from '../attributes.ts';
import {
  badDigest,
  checksumElement,
  compositeChecksum,
  declaredChecksum,
  Digests,
  type Checksum,
  type ChecksumType,
} from '../checksums.ts';
import { quoted, xmlReply, type S3Call, type S3Reply } from '../context.ts';
import type { MultipartUpload, Part } from '../multipart-store.ts';
import type { StoredObject } from '../object-store.ts';
import { elementsOf, malformedXml, parseXml, renderXml, textOf } from '../xml.ts';
import { checksumElements } from './copy-object.ts';
import { findUpload } from './multipart.ts';

const MIN_PART_BYTES = 5 * 1024 * 1024;

export const completeMultipartUpload = async (call: S3Call): Promise<S3Reply> => {
  const { services, bucket, key } = call;
  const upload = findUpload(call);
  const precondition = readPrecondition((name) => headerValue(call.request, name));
  const parts = chooseParts(
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
  services.objects.put(object, 'ObjectCreated:CompleteMultipartUpload', precondition, () => {
    // A part sent again meanwhile has taken the place, and the bytes, of the one that was chosen.
    const blobs = new Set(services.uploads.parts(upload.id).map((part) => part.blob));
    const replaced = parts.find((part) => !blobs.has(part.blob));
    if (replaced && blobs.size > 0) throw invalidPart(replaced.number);
    services.uploads.finish(upload.id, new Set(parts.map((part) => part.blob)));
  });
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

/** The parts that the client listed, in order, each as it was answered. */
const chooseParts = (stored: readonly Part[], document: ReturnType<typeof parseXml>): Part[] => {
  const listed = elementsOf(document, 'Part');
  if (listed.length === 0) throw malformedXml();
  const byNumber = new Map(stored.map((part) => [part.number, part]));
  const numbers = listed.map((element) => Number(textOf(element, 'PartNumber')));
  if (numbers.some((number, index) => number <= (numbers[index - 1] ?? 0))) {
    throw new AwsError(
      'InvalidPartOrder',
      400,
      'The list of parts was not in ascending order. Parts must be ordered by part number.',
    );
  }
  return listed.map((element, index) => {
    const number = numbers[index] ?? 0;
    const part = byNumber.get(number);
    const checksum = part?.checksum && textOf(element, checksumElement(part.checksum.algorithm));
    if (
      !part ||
      unquote(textOf(element, 'ETag') ?? '') !== part.etag ||
      (checksum !== undefined && checksum !== part.checksum?.value)
    ) {
      throw invalidPart(number);
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

const invalidPart = (number: number): AwsError =>
  new AwsError(
    'InvalidPart',
    400,
    "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
    { PartNumber: String(number) },
  );
