import type { FailureCode } from './contract.ts';
import { failureTexts, type Locale } from './failure-texts.ts';

/** What can go wrong before and beside the server's own verdict. */
export type LocalFailureCode =
  | 'empty_file'
  | 'file_too_large'
  | 'extension_not_allowed'
  | 'bad_filename'
  | 'unreadable_file'
  | 'network'
  | 'storage_refused'
  | 'quota_exceeded'
  | 'not_found'
  | 'signed_out'
  | 'server'
  | 'variants_failed'
  | 'still_processing'
  | 'aborted'
  | 'internal';

/** Every way in which an upload can end short. `rejected`: the API said no in words of its own, see `detail`. */
export type UploadErrorCode = FailureCode | LocalFailureCode | 'rejected';

/** With these the same file may go through when a person tries again: they are not about what is in it. */
const worthAnother: readonly UploadErrorCode[] = [
  'size_mismatch',
  'checksum_mismatch',
  'upload_expired',
  'object_lost',
  'network',
  'storage_refused',
  'quota_exceeded',
  'not_found',
  'signed_out',
  'server',
  'aborted',
  'internal',
];

/** Whether the same file may go through when a person tries again. */
export const isRetryable = (code: UploadErrorCode): boolean => worthAnother.includes(code);

/** What a person sees of an upload: in S3, accepted, and the two tasks of processing. */
export type StageName = 'stored' | 'verified' | 'variants' | 'metadata';

export interface UploadFailure {
  readonly code: UploadErrorCode;
  /** The stage that could not be reached. */
  readonly stage: StageName;
  /** The server's own sentence, where it gave one. For logs, and for `rejected`. */
  readonly detail?: string | undefined;
  /** May go away by itself: was tried again several times already. */
  readonly passing?: boolean | undefined;
  /** The server asked for at least this pause. */
  readonly retryAfterMs?: number | undefined;
}

/** Why an upload ended. `message` is a sentence for people, in the uploader's language; `code` is for programs. */
export class UploadError extends Error implements UploadFailure {
  override readonly name = 'UploadError';
  readonly code: UploadErrorCode;
  readonly stage: StageName;
  readonly detail: string | undefined;
  /** The same file may go through when a person tries again. */
  readonly retryable: boolean;
  readonly passing: boolean;
  readonly retryAfterMs: number | undefined;

  constructor(failure: UploadFailure, options: { locale?: Locale | undefined; cause?: unknown } = {}) {
    const text = failureText(failure, options.locale);
    super(`${text.what} ${text.advice}`, { cause: options.cause });
    this.code = failure.code;
    this.stage = failure.stage;
    this.detail = failure.detail;
    this.retryable = isRetryable(failure.code);
    this.passing = failure.passing === true;
    this.retryAfterMs = failure.retryAfterMs;
  }
}

/** What to tell a person about a failure, in two sentences; where we have no words, the server's own. */
export function failureText(
  { code, detail }: Pick<UploadFailure, 'code' | 'detail'>,
  locale: Locale = 'en',
): { readonly what: string; readonly advice: string } {
  const texts: Readonly<Partial<Record<string, readonly [string, string]>>> = failureTexts[locale];
  const known = texts[code]; // a newer server may have codes that are not known here
  const [what, advice] = known ?? failureTexts[locale].rejected;
  return { what: known === undefined || code === 'rejected' ? (detail ?? what) : what, advice };
}
