import { AwsError } from '../../core/aws-error.ts';
import { headerValue } from '../../core/request.ts';
import { unquote } from '../attributes.ts';
import { xmlReply, type S3Call, type S3Reply } from '../context.ts';
import { elementsOf, malformedXml, parseXml, renderXml, textOf, type XmlElement } from '../xml.ts';

const MAX_KEYS = 1000;

export const deleteObject = (call: S3Call): S3Reply => {
  const match = headerValue(call.request, 'if-match');
  call.services.objects.remove(call.bucket, call.key, match === undefined ? {} : { etag: unquote(match) });
  return { status: 204 };
};

/** Deletes up to 1,000 keys; each has its own outcome. S3 wants the body's digest, so that a cut list deletes nothing. */
export const deleteObjects = async (call: S3Call): Promise<S3Reply> => {
  const hasDigest =
    headerValue(call.request, 'content-md5') !== undefined || call.payload.algorithm() !== undefined;
  if (!hasDigest)
    throw new AwsError(
      'InvalidRequest',
      400,
      'Missing required header for this request: Content-MD5 OR x-amz-checksum-*',
    );
  const document = parseXml(await call.payload.text(), 'Delete');
  const entries = elementsOf(document, 'Object');
  if (entries.length === 0 || entries.length > MAX_KEYS) throw malformedXml();
  const quiet = textOf(document, 'Quiet') === 'true';
  const deleted: XmlElement[] = [];
  const errors: XmlElement[] = [];
  for (const entry of entries) {
    const key = textOf(entry, 'Key');
    if (!key) throw malformedXml();
    const etag = textOf(entry, 'ETag');
    try {
      call.services.objects.remove(call.bucket, key, etag === undefined ? {} : { etag: unquote(etag) });
      deleted.push({ Key: key });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      errors.push({ Key: key, Code: error.code, Message: error.message });
    }
  }
  return xmlReply(renderXml('DeleteResult', { Deleted: quiet ? [] : deleted, Error: errors }));
};
