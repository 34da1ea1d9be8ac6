import { S3ServiceException } from '@aws-sdk/client-s3';
import { AppError, errorName, isAppError, isNetworkError } from '@darkroom/kernel';

const missing = new Set(['NoSuchKey', 'NotFound', 'NoSuchUpload', 'NoSuchVersion']);

/** Not our fault and not the object's: keys that expired or were turned off, a missing bucket, a wrong clock. */
const misconfigured = new Set([
  'AccessDenied',
  'AllAccessDisabled',
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidAccessKeyId',
  'InvalidToken',
  'NoSuchBucket',
  'PermanentRedirect',
  'RequestTimeTooSkewed',
  'SignatureDoesNotMatch',
  'TokenRefreshRequired',
]);
const busy = new Set([
  'SlowDown',
  'ServiceUnavailable',
  'RequestTimeout',
  'Throttling',
  'ThrottlingException',
]);

/** Whether S3 answered that there is no such object. */
export function isMissing(error: unknown): boolean {
  return error instanceof S3ServiceException && missing.has(error.name);
}

/**
 * S3's errors as Darkroom's. An outage and a wrong set-up (credentials, bucket) are both `unavailable`: neither says
 * anything about the object, so that nothing may be accepted, refused or removed because of them.
 */
export function translateS3Error(error: unknown, action: string): AppError {
  if (isAppError(error)) return error;
  const name = errorName(error);
  if (name === 'AbortError') return new AppError('aborted', `${action}: stopped`, { cause: error });
  const status = error instanceof S3ServiceException ? (error.$metadata.httpStatusCode ?? 0) : 0;
  if (misconfigured.has(name) || status === 401 || status === 403) {
    return new AppError('unavailable', `${action}: S3 refused the request (${name})`, {
      reason: 'storage_refused',
      cause: error,
    });
  }
  const down =
    busy.has(name) || status >= 500 || status === 429 || isNetworkError(error) || gotNoAnswer(error);
  if (down || name === 'TimeoutError' || name === 'CredentialsProviderError') {
    return new AppError('unavailable', `${action}: S3 cannot be reached (${name})`, {
      reason: 'storage_unavailable',
      cause: error,
    });
  }
  return new AppError('internal', `${action}: S3 answered ${name}`, { cause: error });
}

/** The client tried, says so in `$metadata`, and has no answer with a status to tell of. */
function gotNoAnswer(error: unknown): boolean {
  if (error instanceof S3ServiceException || typeof error !== 'object' || error === null) return false;
  return '$metadata' in error;
}

/** Runs one S3 call and translates what it throws. */
export async function callS3<T>(action: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw translateS3Error(error, action);
  }
}

/** The same, with `undefined` for an object that is not there. */
export async function findInS3<T>(action: string, call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw translateS3Error(error, action);
  }
}
