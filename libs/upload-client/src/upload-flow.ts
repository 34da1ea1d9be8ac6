import type { Description, ImageBody } from './contract.ts';
import { guarded, isKeyRefused, storageFailure } from './api-failure.ts';
import { checkSize, type CategoryLimits } from './check-file.ts';
import type { Transform } from './resize-to.ts';
import type { SendForm } from './send-form.ts';
import type { UploadApi, UploadPolicy } from './upload-api.ts';
import { UploadError } from './upload-error.ts';
import type { UploadChange } from './upload-state.ts';
import type { WatchImage } from './watch-image.ts';
import { withRetries } from './with-retries.ts';

/** One file with all that the API is to know of it. */
export interface UploadJob {
  readonly file: Blob;
  readonly filename: string;
  readonly categoryId: number;
  /** Undefined where they are not known. */
  readonly limits: CategoryLimits | undefined;
  readonly description: Description;
  readonly checksum: boolean | string;
  readonly onDuplicate: 'upload' | 'reuse' | undefined;
  readonly transform: Transform | undefined;
  /** Goes along with the job when it is tried again: however often, it makes one image. */
  readonly identity: { current: Identity };
}

/** What a job is known by to the API. */
export interface Identity {
  readonly key: string;
  /** The image that was made under this key, once that is known. */
  readonly imageId?: string;
}

/** `crypto.randomUUID` is for pages by HTTPS alone. */
export function newIdentity(): Identity {
  return {
    key: Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join('-'),
  };
}

/** What the steps of an upload work with. */
export interface UploadTools {
  readonly api: UploadApi;
  readonly send: SendForm;
  readonly sha256: (file: Blob, signal: AbortSignal) => Promise<string>;
  readonly watch: WatchImage;
  readonly stallMs: number;
}

export interface UploadContext extends UploadTools {
  readonly signal: AbortSignal;
  readonly onChange: (change: UploadChange) => void;
}

/** In S3, or with Darkroom already. */
export type StoredUpload = {
  readonly imageId: string;
  readonly bytes: number;
  readonly duplicate?: ImageBody;
};

/** A policy that has no more than this left is not used any more. */
const policyMarginMs = 5_000;

/**
 * Presigns and posts to S3. The policy serves for all attempts until it has expired or S3 answers 403 for it. Throws
 * `UploadError` when it cannot be done, and the signal's reason when aborted.
 */
export async function storeFile(job: UploadJob, context: UploadContext): Promise<StoredUpload> {
  const { send, signal, onChange, stallMs } = context;
  onChange({ phase: 'preparing', sentBytes: 0 });
  const file = job.transform === undefined ? job.file : await job.transform(job.file, signal);
  const bytes = file.size;
  onChange({ totalBytes: bytes });
  const refusal = checkSize(bytes, job.limits);
  if (refusal !== undefined) throw new UploadError({ code: refusal, stage: 'stored' });
  const checksum = await checksumOf(file, job.checksum, context);
  let policy: UploadPolicy | undefined;
  return withRetries(context, async () => {
    if (policy === undefined || Date.parse(policy.expires_at) - Date.now() < policyMarginMs) {
      onChange({ phase: 'preparing', sentBytes: 0 });
      const presigned = await presign(job, file, checksum, context);
      const { image_id: imageId } = presigned;
      onChange({ imageId });
      if ('duplicate' in presigned) {
        // Our own: it was stored, and only the answer was lost.
        const isOwn = imageId === job.identity.current.imageId;
        return { imageId, bytes, ...(isOwn ? {} : { duplicate: presigned.image }) };
      }
      policy = presigned;
      job.identity.current = { ...job.identity.current, imageId };
    }
    onChange({ phase: 'sending', sentBytes: 0 });
    const onProgress = (sentBytes: number) => onChange({ sentBytes });
    const result = await send(policy.url, policy.fields, file, { signal, onProgress, stallMs });
    if (result.status === 204) return { imageId: policy.image_id, bytes };
    if (result.status === undefined) await mustBeReadable(file);
    if (result.status === 403) policy = undefined;
    throw new UploadError(storageFailure(result));
  });
}

/** Lets Darkroom accept what is stored, and gives it its description. */
export async function completeUpload(
  { imageId, bytes, duplicate }: StoredUpload,
  job: UploadJob,
  context: UploadContext,
): Promise<ImageBody> {
  const { api, signal, onChange } = context;
  onChange({ phase: 'verifying', sentBytes: bytes, totalBytes: bytes, imageId });
  const image =
    duplicate ??
    (await withRetries(context, () =>
      guarded('verified', () => api.complete(imageId, job.description, signal)),
    ));
  onChange({ phase: 'processing', image, duplicate: duplicate !== undefined });
  return image;
}

/** Waits until variants and metadata are there or have failed. */
export async function waitUntilReady(first: ImageBody, context: UploadContext): Promise<ImageBody> {
  const { api, signal, onChange, watch } = context;
  const image = await watch(first, {
    signal,
    onImage: (fresh) => onChange({ image: fresh }),
    fetchImage: () => withRetries(context, () => guarded('variants', () => api.image(first.id, signal))),
  });
  if (image.status !== 'completed') {
    throw new UploadError({ code: image.failure_code ?? 'rejected', stage: 'verified' });
  }
  if (image.processing.variants.state === 'failed') {
    throw new UploadError({ code: 'variants_failed', stage: 'variants' });
  }
  return image;
}

/** The digest that the caller knows, or one made now; undefined when none is wanted. */
async function checksumOf(
  file: Blob,
  checksum: boolean | string,
  { sha256, signal }: UploadContext,
): Promise<string | undefined> {
  if (typeof checksum === 'string') return checksum;
  if (!checksum) return undefined;
  try {
    return await sha256(file, signal);
  } catch (error) {
    signal.throwIfAborted();
    throw unreadable(error);
  }
}

/** A file that was changed or moved since it was chosen looks like a lost connection to who sends it. */
async function mustBeReadable(file: Blob): Promise<void> {
  try {
    await file.slice(0, 1).arrayBuffer();
  } catch (error) {
    throw unreadable(error);
  }
}

const unreadable = (cause: unknown) =>
  new UploadError({ code: 'unreadable_file', stage: 'stored' }, { cause });

async function presign(
  job: UploadJob,
  file: Blob,
  checksum: string | undefined,
  { api, signal }: UploadContext,
) {
  const request = {
    filename: job.filename,
    content_type: file.type,
    file_size: file.size,
    category_id: job.categoryId,
    ...(checksum === undefined ? {} : { checksum_sha256: checksum }),
    ...(job.onDuplicate === undefined ? {} : { on_duplicate: job.onDuplicate }),
  };
  try {
    return await guarded('stored', () => api.presign(request, job.identity.current.key, signal));
  } catch (error) {
    // What was made under it is over (reaped, for one), or a transform has made another file: begin anew.
    if (isKeyRefused((error as UploadError).cause)) job.identity.current = newIdentity();
    throw error;
  }
}
