import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { Busboy, type BusboyInstance } from '@fastify/busboy';
import { AwsError } from '../../core/aws-error.ts';
import { uriEncode, type AwsRequest } from '../../core/request.ts';
import { assertKey, readAttributes } from '../attributes.ts';
import { tooLarge, type Blob } from '../blob-store.ts';
import { badDigest, declaredChecksum, Digests } from '../checksums.ts';
import { quoted, xmlReply, type S3Reply, type S3Services } from '../context.ts';
import { missingField, verifyPostPolicy, type FormFields } from '../post-policy.ts';
import { renderXml } from '../xml.ts';
import type { StoredObject } from '../object-store.ts';
import { checksumHeaders } from './put-object.ts';

const MAX_FIELD_BYTES = 20 * 1024;
const MAX_FIELDS = 100;

export interface PostCall {
  readonly services: S3Services;
  readonly request: AwsRequest;
  readonly bucket: string;
  readonly now: number;
  /** Where the bucket is reached, for the `Location` of the answer. */
  readonly bucketUrl: string;
  /** Says whether the bucket's own policy forbids the upload, once its key is known. */
  readonly authorize: (key: string) => void;
}

/** A browser's upload by form (S3 docs, "POST Object"). The file ends the form: fields behind it are ignored. */
export const postObject = async (call: PostCall): Promise<S3Reply> => {
  const form = await readForm(call.request);
  const fields = withFilename(form.fields, form.filename);
  const key = fields.get('key');
  if (key === undefined || key === '') throw missingField('key');
  const { services, bucket, now } = call;
  const context = { credentials: services.credentials, region: services.region, service: 's3' as const, now };
  const range = verifyPostPolicy(fields, bucket, context);
  call.authorize(key);
  assertKey(key);
  const lookup = (name: string) => fields.get(name);
  const attributes = readAttributes(fields.keys(), lookup);
  const declared = declaredChecksum(lookup);
  const digests = new Digests(declared ? [declared.algorithm] : []);
  const blob = await services.blobs.write(form.file, digests, range.max);
  try {
    assertComplete(form, blob, range.min);
    if (declared && digests.base64(declared.algorithm) !== declared.value)
      throw badDigest(declared.algorithm);
    const md5 = fields.get('content-md5');
    if (md5 !== undefined && digests.base64('MD5') !== md5) throw badDigest('Content-MD5');
    const checksum = declared && { ...declared, type: 'FULL_OBJECT' as const };
    const object: StoredObject = {
      ...attributes,
      bucket,
      key,
      etag: digests.etag(),
      size: blob.size,
      modifiedAt: now,
      blobs: [blob],
      ...(checksum ? { checksum } : {}),
    };
    services.objects.put(object, 'ObjectCreated:Post', {});
    return answer(call, fields, object);
  } catch (error) {
    await services.blobs.remove([blob.name]);
    throw error;
  }
};

const assertComplete = (form: Form, blob: Blob, min: number): void => {
  if (form.isCut()) throw tooLarge(blob.size);
  if (blob.size < min) {
    throw new AwsError(
      'EntityTooSmall',
      400,
      'Your proposed upload is smaller than the minimum allowed size',
      { ProposedSize: String(blob.size), MinSizeAllowed: String(min) },
    );
  }
};

interface Form {
  readonly fields: Map<string, string>;
  readonly filename: string;
  readonly file: Readable;
  isCut(): boolean;
}

/** Reads the fields up to the file, and gives the file as a stream that has not begun to flow. */
const readForm = (request: AwsRequest): Promise<Form> => {
  const malformed = () =>
    new AwsError(
      'MalformedPOSTRequest',
      400,
      'The body of your POST request is not well-formed multipart/form-data.',
    );
  const message = request.message;
  let parser: BusboyInstance;
  try {
    parser = new Busboy({
      headers: { ...message.headers, 'content-type': message.headers['content-type'] ?? '' },
      // Browsers send UTF-8 names; a file part is one whose name is `file`, whatever its type.
      isPartAFile: (name) => name?.toLowerCase() === 'file',
      preservePath: false,
      limits: { fieldSize: MAX_FIELD_BYTES, fields: MAX_FIELDS, fieldNameSize: 1024, headerPairs: 100 },
    });
  } catch {
    return Promise.reject(malformed());
  }
  const fields = new Map<string, string>();
  return new Promise<Form>((resolve, reject) => {
    let current: Readable | undefined;
    const fail = (error: Error) => {
      current?.destroy(error);
      reject(error);
    };
    parser.on('field', (name, value, nameCut, valueCut) => {
      if (current) return;
      const lowered = name.toLowerCase();
      if (nameCut || valueCut) {
        fail(tooManyFields());
      } else if (fields.has(lowered)) {
        fail(
          new AwsError('InvalidArgument', 400, `POST requires exactly one '${name}' field.`, {
            ArgumentName: name,
          }),
        );
      } else fields.set(lowered, value);
    });
    parser.on('file', (_name, file, filename) => {
      if (current) return void file.resume();
      current = file;
      file.on('error', () => undefined); // may come when a refused file is read by no one any more
      resolve({ fields, filename: filename ?? '', file, isCut: () => file.truncated });
    });
    parser.on('fieldsLimit', () => fail(tooManyFields()));
    parser.on('finish', () =>
      reject(
        new AwsError('InvalidArgument', 400, 'POST requires exactly one file upload per request.', {
          ArgumentName: 'file',
          ArgumentValue: '0',
        }),
      ),
    );
    parser.on('error', () => fail(malformed()));
    message.once('aborted', () =>
      fail(new AwsError('IncompleteBody', 400, 'The request body terminated unexpectedly')),
    );
    message.pipe(parser);
  });
};

const tooManyFields = (): AwsError =>
  new AwsError(
    'MaxPostPreDataLengthExceeded',
    400,
    'Your POST request fields preceding the upload file were too large.',
  );

/** `${filename}` in any field stands for the name of the file, without the folders some browsers send. */
const withFilename = (fields: FormFields, filename: string): FormFields => {
  const base = filename.slice(Math.max(filename.lastIndexOf('/'), filename.lastIndexOf('\\')) + 1);
  return new Map(
    [...fields].map(
      ([name, value]) => [name, name === 'policy' ? value : value.replaceAll('${filename}', base)] as const,
    ),
  );
};

const answer = (call: PostCall, fields: FormFields, object: StoredObject): S3Reply => {
  const location = `${call.bucketUrl}/${uriEncode(object.key)}`;
  const headers = { etag: quoted(object.etag), location, ...checksumHeaders(object.checksum) };
  const redirect = fields.get('success_action_redirect') ?? fields.get('redirect');
  if (redirect !== undefined && URL.canParse(redirect)) {
    const target = new URL(redirect);
    for (const [name, value] of [
      ['bucket', object.bucket],
      ['key', object.key],
      ['etag', quoted(object.etag)],
    ] as const) {
      target.searchParams.append(name, value);
    }
    return { status: 303, headers: { ...headers, location: target.href } };
  }
  const status = fields.get('success_action_status');
  if (status === '201') {
    return xmlReply(
      renderXml('PostResponse', {
        Location: location,
        Bucket: object.bucket,
        Key: object.key,
        ETag: quoted(object.etag),
      }),
      201,
      headers,
    );
  }
  return { status: status === '200' ? 200 : 204, headers };
};

/** Reads what is left of a refused body, up to a bound, so that a browser gets the answer and not a reset. */
export const drain = async (message: AwsRequest['message'], maxBytes: number): Promise<void> => {
  if (message.readableEnded || message.destroyed) return;
  message.unpipe();
  let seen = 0;
  message.on('data', (chunk: Buffer) => {
    seen += chunk.length;
    if (seen > maxBytes) message.destroy();
  });
  message.resume();
  await Promise.race([once(message, 'end'), once(message, 'close')]).catch(() => undefined);
};
