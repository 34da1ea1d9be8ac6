import type { FailureCode } from './contract.ts';
import { ApiError, NetworkError } from './api-error.ts';
import type { SendResult } from './send-form.ts';
import { failureTexts } from './failure-texts.ts';
import { UploadError, type StageName, type UploadFailure } from './upload-error.ts';

/** Calls the API, and makes an `UploadError` of its refusal or its silence. */
export async function guarded<T>(stage: StageName, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof NetworkError) {
      throw new UploadError({ code: 'network', stage, passing: true }, { cause: error });
    }
    throw error instanceof ApiError ? new UploadError(apiFailure(error, stage), { cause: error }) : error;
  }
}

const keyReused = 'idempotency_key_reused';

/** The API wants another `Idempotency-Key` from now on. */
export function isKeyRefused(error: unknown): boolean {
  return error instanceof ApiError && (error.code === keyReused || error.code === 'idempotency_key_spent');
}

function apiFailure(
  { status, code, message, errors, retryAfterMs }: ApiError,
  stage: StageName,
): UploadFailure {
  const fields = errors.map((error) => error.message).join(', ');
  const known = { stage, detail: fields === '' ? message : fields };
  if (status === 401) return { ...known, code: 'signed_out' };
  if (code === 'object_missing') {
    // The POST went through: S3 may show the object a moment late.
    return { ...known, code: 'object_lost', passing: true };
  }
  if (status === 404 && stage !== 'stored') return { ...known, code: 'not_found' };
  if (status >= 500 || status === 429 || status === 409 || code === keyReused) {
    return { ...known, code: 'server', passing: true, retryAfterMs };
  }
  // 422 carries the failure code itself, and 403 says when a quota is used up.
  return { ...known, code: Object.hasOwn(failureTexts.en, code) ? (code as FailureCode) : 'rejected' };
}

/** S3's answer to a form POST as a failure. Codes: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
export function storageFailure({ status, s3Code }: SendResult): UploadFailure {
  const failure = { stage: 'stored', detail: s3Code } as const;
  if (status === undefined) return { ...failure, code: 'network', passing: true };
  if (s3Code === 'EntityTooLarge' || s3Code === 'EntityTooSmall')
    return { ...failure, code: 'size_mismatch' };
  if (s3Code === 'BadDigest') return { ...failure, code: 'checksum_mismatch' };
  const passing =
    status >= 500 || status === 403 || status === 408 || status === 429 || s3Code === 'RequestTimeout';
  return { ...failure, code: 'storage_refused', passing };
}
