import { SQSServiceException } from '@aws-sdk/client-sqs';
import { AppError, errorName, isAppError, isNetworkError } from '@darkroom/kernel';

const throttled = new Set(['RequestThrottled', 'ThrottlingException', 'KmsThrottled', 'OverLimit']);

/**
 * SQS's errors as Darkroom's. Whatever keeps the queue from being used, wrong credentials and a missing queue included,
 * is `unavailable`: no message is to blame for it.
 */
export function translateSqsError(error: unknown, action: string): AppError {
  if (isAppError(error)) return error;
  const name = errorName(error);
  if (name === 'AbortError') return new AppError('aborted', `${action}: stopped`, { cause: error });
  const isAnswer = error instanceof SQSServiceException;
  const status = isAnswer ? (error.$metadata.httpStatusCode ?? 0) : 0;
  const tried = typeof error === 'object' && error !== null && '$metadata' in error;
  const down = !isAnswer && (tried || isNetworkError(error) || /Timeout|CredentialsProvider/.test(name));
  if (down || status >= 500 || status === 429 || throttled.has(name)) {
    return new AppError('unavailable', `${action}: SQS cannot be reached (${name})`, {
      reason: 'queue_unavailable',
      cause: error,
    });
  }
  const refused =
    status === 401 ||
    status === 403 ||
    /QueueDoesNotExist|NonExistentQueue|Token|AccessDenied|Signature/.test(name);
  if (refused) {
    return new AppError('unavailable', `${action}: SQS refused the request (${name})`, {
      reason: 'queue_refused',
      cause: error,
    });
  }
  return new AppError('internal', `${action}: SQS answered ${name}`, { cause: error });
}

/** Runs one SQS call and translates what it throws. */
export async function callSqs<T>(action: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw translateSqsError(error, action);
  }
}
