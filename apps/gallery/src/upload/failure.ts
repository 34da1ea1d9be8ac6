import type { FailureCode } from '@darkroom/contracts';
import type { StageName } from './upload-state.ts';

/** What can go wrong before and beside the server's own verdict. */
export type LocalFailureCode =
  | 'empty_file'
  | 'file_too_large'
  | 'extension_not_allowed'
  | 'bad_filename'
  | 'network'
  | 'storage_refused'
  | 'not_found'
  | 'signed_out'
  | 'server'
  | 'variants_failed'
  | 'still_processing';

export type UploadFailureCode = FailureCode | LocalFailureCode | 'rejected';

/** Why an upload ended. The texts for people are chosen by `code`, elsewhere. */
export interface UploadFailure {
  readonly code: UploadFailureCode;
  /** The stage that could not be reached. */
  readonly stage: StageName;
  /** The server's own sentence, for codes that we have no text for. */
  readonly detail?: string | undefined;
  /** The same file may go through when it is sent again. */
  readonly retryable: boolean;
}

/** Thrown inside the upload flow to end it. */
export class UploadError extends Error {
  readonly failure: UploadFailure;

  constructor(failure: UploadFailure) {
    super(failure.code);
    this.name = 'UploadError';
    this.failure = failure;
  }
}
