import type { CategoryBody } from './contract.ts';
import { checkFile, type CategoryLimits } from './check-file.ts';
import { sha256 } from './checksum/sha256.ts';
import type { Locale } from './failure-texts.ts';
import { createDoorbell } from './live/doorbell.ts';
import type { Transform } from './resize-to.ts';
import { sendForm } from './send-form.ts';
import { createSlots, type InSlot } from './slots.ts';
import { startUpload } from './start-upload.ts';
import { tokenSource, type Token } from './tokens.ts';
import { createAsk, createTransport, type MoreHeaders } from './transport.ts';
import { createUploadApi } from './upload-api.ts';
import { newIdentity, type UploadTools } from './upload-flow.ts';
import type { UploadHandle } from './upload-handle.ts';
import type { UploadProgress } from './upload-state.ts';
import { watchByDoorbell, type WatchImage } from './watch-image.ts';

export interface UploaderOptions {
  /** Where the API is: `/api`, or a whole URL without a slash at the end. */
  readonly apiBase: string;
  readonly token?: Token;
  /** Files that are sent side by side, 3 by default; waiting for variants takes no place. */
  readonly concurrency?: number;
  /** The language of `UploadError.message`. English by default. */
  readonly locale?: Locale;
  /**
   * How to learn that an image is ready. By default live, by one stream of events for all uploads, and by polling
   * wherever that does not get through; `pollImage` for polling alone.
   */
  readonly watch?: WatchImage;
  /** More headers for calls of the API, such as `traceparent`. */
  readonly headers?: MoreHeaders;
  /** A connection to S3 over which nothing has moved for so long is given up and opened anew. 30 s by default. */
  readonly stallMs?: number;
}

export interface UploadOptions {
  /** An id; or a category as the API lists it, for its limits to be checked before anything is sent. */
  readonly category: CategoryBody['id'] | CategoryLimits;
  readonly title?: string;
  readonly description?: string;
  readonly altText?: string;
  readonly tags?: readonly string[];
  /** The name to upload it by; needed for a `Blob`, which has none. */
  readonly filename?: string;
  /** `true` to make a SHA-256 before sending, or one that is known, in hexadecimal. S3 and Darkroom hold the file to it. */
  readonly checksum?: boolean | string;
  /** `reuse`: an own image with the same SHA-256 is answered instead of being made again. Implies `checksum`. */
  readonly onDuplicate?: 'upload' | 'reuse';
  /** Makes another file of this one before it is sent: `resizeTo({ maxSide: 2048 })`, or one of your own. */
  readonly transform?: Transform;
  readonly onProgress?: (progress: UploadProgress) => void;
  readonly signal?: AbortSignal;
}

export interface Uploader {
  /** Starts an upload, or queues it. Throws nothing: what is wrong with the file rejects the handle's promises. */
  upload(file: Blob, options: UploadOptions): UploadHandle;
}

/** Makes an uploader: one per page and person, since its uploads share the places for sending. */
export function createUploader(options: UploaderOptions): Uploader {
  const { apiBase, headers } = options;
  const tokens = tokenSource(options.token);
  const tools: UploadTools = {
    api: createUploadApi(createTransport(apiBase, tokens, headers)),
    send: sendForm,
    sha256,
    watch: options.watch ?? watchByDoorbell(createDoorbell(createAsk(apiBase, tokens, headers))),
    stallMs: options.stallMs ?? 30_000,
  };
  return uploaderOf(tools, createSlots(options.concurrency ?? 3), options.locale);
}

/** One upload by itself. Many files at once go through one `createUploader`, which queues them. */
export function upload(file: Blob, options: UploaderOptions & UploadOptions): UploadHandle {
  return createUploader(options).upload(file, options);
}

/** An uploader on any tools. */
export function uploaderOf(tools: UploadTools, inSlot: InSlot, locale?: Locale): Uploader {
  return {
    upload: (file, options) => {
      const { category } = options;
      const filename = options.filename ?? (file as Partial<File>).name ?? '';
      const limits = typeof category === 'number' ? undefined : category;
      const job = {
        file,
        filename,
        categoryId: typeof category === 'number' ? category : category.id,
        limits,
        checksum: options.checksum ?? options.onDuplicate === 'reuse',
        onDuplicate: options.onDuplicate,
        transform: options.transform,
        description: descriptionOf(options),
        identity: { current: newIdentity() },
      };
      return startUpload({
        job,
        tools,
        inSlot,
        locale,
        refusal: refusalOf(filename, file, options.transform !== undefined, limits),
        signal: options.signal,
        onProgress: options.onProgress,
      });
    },
  };
}

/** A transform may make a file small enough: then its size is judged after it. */
function refusalOf(name: string, { size }: Blob, transformed: boolean, limits: CategoryLimits | undefined) {
  const refusal = checkFile({ name, size }, limits);
  return transformed && refusal === 'file_too_large' ? undefined : refusal;
}

function descriptionOf({ title, description, altText, tags }: UploadOptions) {
  return {
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
    ...(altText === undefined ? {} : { alt_text: altText }),
    ...(tags === undefined ? {} : { tags: [...tags] }),
  };
}
