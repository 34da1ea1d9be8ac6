import { AwsError } from '../../core/aws-error.ts';
import { encodeKey, readInteger } from '../attributes.ts';
import { ACCOUNT_ID, isoDate, quoted, xmlReply, type S3Call, type S3Reply } from '../context.ts';
import { LAST, type ObjectStore, type StoredObject } from '../object-store.ts';
import { renderXml, type XmlElement } from '../xml.ts';

const PAGE = 1000;

interface Listing {
  readonly objects: readonly StoredObject[];
  readonly prefixes: readonly string[];
  /** The last key or common prefix of this page, where more follows. */
  readonly next: string | undefined;
}

/** Keys in order, those that share a stretch up to the delimiter rolled into one common prefix. */
export const listKeys = (
  store: ObjectStore,
  query: { bucket: string; prefix: string; delimiter: string; after: string; max: number },
): Listing => {
  const objects: StoredObject[] = [];
  const prefixes: string[] = [];
  let after = query.after;
  let last: string | undefined;
  const commonPrefix = (key: string): string | undefined => {
    const end = query.delimiter === '' ? -1 : key.indexOf(query.delimiter, query.prefix.length);
    return end < 0 ? undefined : key.slice(0, end + query.delimiter.length);
  };
  // A page that ended on a common prefix goes on behind all of it.
  if (after.startsWith(query.prefix) && commonPrefix(after) === after) after += LAST;
  while (query.max > 0) {
    const page = store.page(query.bucket, query.prefix, after, PAGE);
    for (const { object, common } of page.map((one) => ({ object: one, common: commonPrefix(one.key) }))) {
      if (common !== undefined && common === prefixes.at(-1)) continue;
      if (objects.length + prefixes.length >= query.max) return { objects, prefixes, next: last };
      if (common === undefined) objects.push(object);
      else prefixes.push(common);
      last = common ?? object.key;
    }
    const end = page.at(-1)?.key;
    if (end === undefined || page.length < PAGE) break;
    const common = commonPrefix(end);
    after = common === undefined ? end : common + LAST;
  }
  return { objects, prefixes, next: undefined };
};

export const listObjectsV2 = (call: S3Call): S3Reply => {
  const { prefix, delimiter, max, encoding, encode } = readListQuery(call);
  const token = call.query('continuation-token');
  const startAfter = call.query('start-after');
  const after = token === undefined ? (startAfter ?? '') : decodeToken(token);
  const page = listKeys(call.services.objects, { bucket: call.bucket, prefix, delimiter, after, max });
  const owner = call.query('fetch-owner') === 'true';
  return xmlReply(
    renderXml('ListBucketResult', {
      Name: call.bucket,
      Prefix: encode(prefix),
      StartAfter: startAfter === undefined ? undefined : encode(startAfter),
      ContinuationToken: token,
      NextContinuationToken: page.next === undefined ? undefined : Buffer.from(page.next).toString('base64'),
      KeyCount: String(page.objects.length + page.prefixes.length),
      MaxKeys: String(max),
      Delimiter: delimiter === '' ? undefined : encode(delimiter),
      EncodingType: encoding,
      IsTruncated: String(page.next !== undefined),
      Contents: page.objects.map((object) => contents(object, encode, owner)),
      CommonPrefixes: page.prefixes.map((one) => ({ Prefix: encode(one) })),
    }),
  );
};

export const listObjectsV1 = (call: S3Call): S3Reply => {
  const { prefix, delimiter, max, encoding, encode } = readListQuery(call);
  const marker = call.query('marker') ?? '';
  const page = listKeys(call.services.objects, {
    bucket: call.bucket,
    prefix,
    delimiter,
    after: marker,
    max,
  });
  return xmlReply(
    renderXml('ListBucketResult', {
      Name: call.bucket,
      Prefix: encode(prefix),
      Marker: encode(marker),
      // Without a delimiter the client takes the last key itself.
      NextMarker: page.next === undefined || delimiter === '' ? undefined : encode(page.next),
      MaxKeys: String(max),
      Delimiter: delimiter === '' ? undefined : encode(delimiter),
      EncodingType: encoding,
      IsTruncated: String(page.next !== undefined),
      Contents: page.objects.map((object) => contents(object, encode, true)),
      CommonPrefixes: page.prefixes.map((one) => ({ Prefix: encode(one) })),
    }),
  );
};

const readListQuery = (call: S3Call) => {
  const encoding = call.query('encoding-type');
  return {
    prefix: call.query('prefix') ?? '',
    delimiter: call.query('delimiter') ?? '',
    max: readInteger(call.query('max-keys'), 'max-keys', PAGE, PAGE),
    encoding,
    encode: (text: string) => encodeKey(text, encoding),
  };
};

const contents = (object: StoredObject, encode: (text: string) => string, owner: boolean): XmlElement => ({
  Key: encode(object.key),
  LastModified: isoDate(object.modifiedAt),
  ETag: quoted(object.etag),
  ChecksumAlgorithm: object.checksum?.algorithm,
  ChecksumType: object.checksum?.type,
  Size: String(object.size),
  Owner: owner ? { ID: ACCOUNT_ID } : undefined,
  StorageClass: 'STANDARD',
});

const decodeToken = (token: string): string => {
  const text = Buffer.from(token, 'base64').toString('utf8');
  if (token === '' || Buffer.from(text).toString('base64') !== token) {
    throw new AwsError('InvalidArgument', 400, 'The continuation token provided is incorrect', {
      ArgumentName: 'continuation-token',
    });
  }
  return text;
};
