/** Codes that any layer may throw. `unavailable` means: a dependency is down or slow; the same call may work later. */
export type AppErrorCode =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'precondition_failed'
  | 'unprocessable'
  | 'too_large'
  | 'unavailable'
  | 'aborted'
  | 'internal';

export interface AppErrorOptions {
  /** A finer, stable code for the caller, such as `object_missing`. Defaults to `code`. */
  readonly reason?: string;
  /** Whether the same call may succeed later without anything being changed. Default: only for `unavailable`. */
  readonly retryable?: boolean;
  readonly cause?: unknown;
  /** Problems by path, for bad input. */
  readonly problems?: readonly Problem[];
}

export interface Problem {
  readonly path: string;
  readonly message: string;
}

/** The one error class of Darkroom. Adapters translate vendors' errors into it, once. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: AppErrorCode;
  readonly reason: string;
  readonly retryable: boolean;
  readonly problems: readonly Problem[];

  constructor(code: AppErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.reason = options.reason ?? code;
    this.retryable = options.retryable ?? code === 'unavailable';
    this.problems = options.problems ?? [];
  }
}

/** True for an {@link AppError}, optionally of one code. */
export function isAppError(error: unknown, code?: AppErrorCode): error is AppError {
  return error instanceof AppError && (code === undefined || error.code === code);
}
