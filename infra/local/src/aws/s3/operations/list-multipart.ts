import { encodeKey, readInteger } from '../attributes.ts';
import { checksumElement, type Checksum } from '../checksums.ts';
import { ACCOUNT_ID, isoDate, quoted, xmlReply, type S3Call, type S3Reply } from '../context.ts';
import { renderXml } from '../xml.ts';
import { findUpload } from './multipart.ts';

const PAGE = 1000;
const OWNER = { ID: ACCOUNT_ID };

export const listParts = (call: S3Call): S3Reply => {
  const upload = findUpload(call);
  const max = readInteger(call.query('max-parts'), 'max-parts', PAGE, PAGE);
  const marker = readInteger(
    call.query('part-number-marker'),
    'part-number-marker',
    0,
    Number.MAX_SAFE_INTEGER,
  );
  const rest = call.services.uploads.parts(upload.id).filter((part) => part.number > marker);
  const page = rest.slice(0, max);
  return xmlReply(
    renderXml('ListPartsResult', {
      Bucket: call.bucket,
      Key: encodeKey(call.key, call.query('encoding-type')),
      UploadId: upload.id,
      Initiator: OWNER,
      Owner: OWNER,
      StorageClass: 'STANDARD',
      ChecksumAlgorithm: upload.checksum?.algorithm,
      ChecksumType: upload.checksum?.type,
      PartNumberMarker: String(marker),
      NextPartNumberMarker: String(page.at(-1)?.number ?? 0),
      MaxParts: String(max),
      IsTruncated: String(rest.length > page.length),
      Part: page.map((part) => ({
        PartNumber: String(part.number),
        LastModified: isoDate(part.modifiedAt),
        ETag: quoted(part.etag),
        Size: String(part.size),
        ...partChecksum(part.checksum),
      })),
    }),
  );
};

const partChecksum = (checksum: Checksum | undefined): Record<string, string> =>
  checksum ? { [checksumElement(checksum.algorithm)]: checksum.value } : {};

export const listMultipartUploads = (call: S3Call): S3Reply => {
  const encoding = call.query('encoding-type');
  const encode = (text: string) => encodeKey(text, encoding);
  const prefix = call.query('prefix') ?? '';
  const delimiter = call.query('delimiter') ?? '';
  const [keyMarker, idMarker] = [call.query('key-marker') ?? '', call.query('upload-id-marker') ?? ''];
  const max = readInteger(call.query('max-uploads'), 'max-uploads', PAGE, PAGE);
  const all = call.services.uploads.list(call.bucket, prefix);
  const resumed =
    idMarker === '' ? -1 : all.findIndex((upload) => upload.key === keyMarker && upload.id === idMarker);
  const candidates =
    resumed >= 0
      ? all.slice(resumed + 1)
      : all.filter((upload) => keyMarker === '' || upload.key > keyMarker);
  const common = (key: string) => {
    const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    return end < 0 ? undefined : key.slice(0, end + delimiter.length);
  };
  const plain = candidates.filter((upload) => common(upload.key) === undefined);
  const prefixes = [...new Set(candidates.flatMap((upload) => common(upload.key) ?? []))];
  const page = plain.slice(0, max);
  const last = page.at(-1);
  const truncated = plain.length > page.length;
  return xmlReply(
    renderXml('ListMultipartUploadsResult', {
      Bucket: call.bucket,
      KeyMarker: encode(keyMarker),
      UploadIdMarker: idMarker,
      NextKeyMarker: truncated && last ? encode(last.key) : undefined,
      NextUploadIdMarker: truncated && last ? last.id : undefined,
      Prefix: encode(prefix),
      Delimiter: delimiter === '' ? undefined : encode(delimiter),
      EncodingType: encoding,
      MaxUploads: String(max),
      IsTruncated: String(truncated),
      Upload: page.map((upload) => ({
        Key: encode(upload.key),
        UploadId: upload.id,
        Initiator: OWNER,
        Owner: OWNER,
        StorageClass: 'STANDARD',
        Initiated: isoDate(upload.startedAt),
        ChecksumAlgorithm: upload.checksum?.algorithm,
        ChecksumType: upload.checksum?.type,
      })),
      CommonPrefixes: prefixes.map((one) => ({ Prefix: encode(one) })),
    }),
  );
};
