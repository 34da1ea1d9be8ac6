import { headerValue } from '../core/request.ts';
import { AwsError } from '../core/aws-error.ts';
import { unquote } from './attributes.ts';
import type { S3Call } from './context.ts';
import { preconditionFailed, type StoredObject } from './object-store.ts';

const listed = (list: string, etag: string): boolean =>
  list.trim() === '*' || list.split(',').some((one) => unquote(one) === etag);
const seconds = (time: number): number => Math.floor(time / 1000);
const parseDate = (text: string | undefined): number | undefined => {
  const time = Date.parse(text ?? '');
  return Number.isNaN(time) ? undefined : seconds(time);
};

/**
 * The verdict on a GET's or HEAD's conditions (RFC 9110, 13.2.2): true when the answer is 304.
 * @throws PreconditionFailed
 */
export const isNotModified = (call: S3Call, object: StoredObject): boolean => {
  const header = (name: string) => headerValue(call.request, name);
  const modified = seconds(object.modifiedAt);
  const match = header('if-match');
  const unmodifiedSince = parseDate(header('if-unmodified-since'));
  if (match !== undefined) {
    if (!listed(match, object.etag)) throw preconditionFailed('If-Match');
  } else if (unmodifiedSince !== undefined && modified > unmodifiedSince) {
    throw preconditionFailed('If-Unmodified-Since');
  }
  const noneMatch = header('if-none-match');
  if (noneMatch !== undefined) return listed(noneMatch, object.etag);
  const modifiedSince = parseDate(header('if-modified-since'));
  return modifiedSince !== undefined && modified <= modifiedSince;
};

/** The `x-amz-copy-source-if-*` conditions of a copy; every failure is 412. */
export const assertCopyConditions = (call: S3Call, source: StoredObject): void => {
  const header = (name: string) => call.header(`x-amz-copy-source-if-${name}`);
  const modified = seconds(source.modifiedAt);
  const [match, noneMatch] = [header('match'), header('none-match')];
  const [unmodifiedSince, modifiedSince] = [
    parseDate(header('unmodified-since')),
    parseDate(header('modified-since')),
  ];
  if (match !== undefined) {
    if (!listed(match, source.etag)) throw preconditionFailed('x-amz-copy-source-If-Match');
  } else if (unmodifiedSince !== undefined && modified > unmodifiedSince) {
    throw preconditionFailed('x-amz-copy-source-If-Unmodified-Since');
  }
  if (noneMatch !== undefined) {
    if (listed(noneMatch, source.etag)) throw preconditionFailed('x-amz-copy-source-If-None-Match');
  } else if (modifiedSince !== undefined && modified <= modifiedSince) {
    throw preconditionFailed('x-amz-copy-source-If-Modified-Since');
  }
};

export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** One `bytes=` range; undefined where the header is absent, malformed or lists several, which S3 ignores. */
export const parseRange = (text: string | undefined, size: number): ByteRange | undefined => {
  const match = /^bytes=(\d*)-(\d*)$/.exec(text?.trim() ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return undefined;
  const [first, last] = [match[1] ?? '', match[2] ?? ''];
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (start >= size || (first === '' && Number(last) === 0)) {
    throw new AwsError('InvalidRange', 416, 'The requested range is not satisfiable', {
      RangeRequested: text ?? '',
      ActualObjectSize: String(size),
    });
  }
  return { start, end };
};
