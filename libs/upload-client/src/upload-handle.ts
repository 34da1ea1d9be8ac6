import type { ImageBody } from './contract.ts';
import type { UploadState } from './upload-state.ts';

/** One upload under way. None of its promises has to be awaited: an upload that fails unseen makes no noise. */
export interface UploadHandle {
  /** The bytes are in S3, or were before. Answers the image's id. */
  readonly stored: Promise<string>;
  /** Darkroom has verified and accepted the image. */
  readonly completed: Promise<ImageBody>;
  /** Variants and metadata are there. All three reject with an `UploadError`. */
  readonly ready: Promise<ImageBody>;
  /** Where it stands now; another object after every change. */
  readonly state: () => UploadState;
  /** Calls the listener after every change, until what it answers is called. */
  readonly subscribe: (listener: (state: UploadState) => void) => () => void;
  /** Ends it. What S3 has by then is reaped by the server. Does nothing when it has ended already. */
  readonly abort: () => void;
  /**
   * After a failure or an abort: another upload of the same file, which goes on where this one stopped. What S3 has
   * is not sent again. A signal that was aborted is left behind.
   */
  readonly retry: () => UploadHandle;
}
