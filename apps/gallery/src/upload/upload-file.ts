import type { Description, ImageBody, PresignedUploadBody } from '@darkroom/contracts';
import { ApiError, NetworkError } from '../api/api-error.ts';
import { delay } from './delay.ts';
import { UploadError, type UploadFailure, type UploadFailureCode } from './failure.ts';
import type { SendForm } from './send-form.ts';
import { isSettled, type StageName, type UploadChange } from './upload-state.ts';
import { withRetries } from './with-retries.ts';

/** The calls of the API that an upload needs. */
export interface UploadApi {
  presign(
    file: { filename: string; content_type: string; file_size: number; category_id: number },
    signal: AbortSignal,
  ): Promise<PresignedUploadBody['data']>;
  complete(id: string, description: Description, signal: AbortSignal): Promise<ImageBody>;
  image(id: string, signal: AbortSignal): Promise<ImageBody>;
}

export interface UploadContext {
  readonly api: UploadApi;
  readonly send: SendForm;
  readonly signal: AbortSignal;
  readonly onChange: (change: UploadChange) => void;
}

const pollFirstMs = 250;
const pollLongestMs = 3_000;
const pollAtMostMs = 10 * 60_000;

/**
 * Presign, POST to S3, complete: until Darkroom has the bytes and has accepted them. Answers the image.
 * Throws `UploadError` when it cannot be done, and the signal's reason when aborted.
 */
export async function storeFile(file: File, categoryId: number, context: UploadContext): Promise<ImageBody> {
  const { api, send, signal, onChange } = context;
  const stored = await withRetries(context, async () => {
    onChange({ phase: 'preparing', sentBytes: 0 });
    const policy = await guarded('stored', () =>
      api.presign(
        { filename: file.name, content_type: file.type, file_size: file.size, category_id: categoryId },
        signal,
      ),
    );
    onChange({ imageId: policy.image_id });
    if ('duplicate' in policy) return policy;
    onChange({ phase: 'sending' });
    const onProgress = (sentBytes: number) => onChange({ sentBytes });
    const result = await send(policy.url, policy.fields, file, { signal, onProgress });
    if (result.status !== 204) throw new UploadError(storageFailure(result.status, result.s3Code));
    return policy;
  });
  onChange({ phase: 'verifying', sentBytes: file.size });
  if ('duplicate' in stored) return stored.image;
  const image = await withRetries(context, () =>
    guarded('verified', () => api.complete(stored.image_id, {}, signal)),
  );
  onChange({ phase: 'processing', image });
  return image;
}

/** Asks until variants and metadata are there or have failed, less and less often. Answers the image as it then is. */
export async function waitUntilReady(first: ImageBody, context: UploadContext): Promise<ImageBody> {
  const { api, signal, onChange } = context;
  const until = Date.now() + pollAtMostMs;
  let image = first;
  for (let pause = pollFirstMs; !isSettled(image); pause = Math.min(pause * 1.4, pollLongestMs)) {
    if (Date.now() > until) {
      throw new UploadError({ code: 'still_processing', stage: 'variants', retryable: false });
    }
    await delay(pause, signal);
    image = await withRetries(context, () => guarded('variants', () => api.image(first.id, signal)));
    onChange({ image });
  }
  if (image.status !== 'completed') {
    throw new UploadError({ code: image.failure_code ?? 'rejected', stage: 'verified', retryable: false });
  }
  if (image.processing.variants.state === 'failed') {
    throw new UploadError({ code: 'variants_failed', stage: 'variants', retryable: false });
  }
  return image;
}

/** S3's answer as a failure. A lost connection and a refused policy may be tried again, with another policy. */
function storageFailure(status: number | undefined, s3Code: string | undefined): UploadFailure {
  const stage = 'stored';
  if (status === undefined) return { code: 'network', stage, retryable: true };
  if (s3Code === 'EntityTooLarge' || s3Code === 'EntityTooSmall') {
    return { code: 'size_mismatch', stage, retryable: true };
  }
  return { code: 'storage_refused', stage, detail: s3Code, retryable: true };
}

async function guarded<T>(stage: StageName, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw error instanceof ApiError || error instanceof NetworkError
      ? new UploadError(apiFailure(error, stage))
      : error;
  }
}

function apiFailure(error: ApiError | NetworkError, stage: StageName): UploadFailure {
  if (error instanceof NetworkError) return { code: 'network', stage, retryable: true };
  const { status, message: detail } = error;
  if (status === 401) return { code: 'signed_out', stage, detail, retryable: true };
  if (status === 404) return { code: 'not_found', stage, detail, retryable: true };
  if (status >= 500 || status === 429) return { code: 'server', stage, detail, retryable: true };
  if (status === 409) return { code: 'server', stage, detail, retryable: true }; // not in S3 yet, as the API sees it
  // 422 carries the failure code itself; for others the page shows the server's sentence when it has none of its own.
  const fields = error.errors.map(({ message }) => message).join(', ');
  return {
    code: error.code as UploadFailureCode,
    stage,
    detail: fields === '' ? detail : fields,
    retryable: false,
  };
}
