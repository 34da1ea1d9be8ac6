import { stat } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  mediaTypeOfExtension,
  type ImageBody,
  type PresignedUploadBody,
  type ProblemBody,
  type VariantBody,
} from '@darkroom/contracts';
import { AppError } from '@darkroom/kernel';
import { postForm } from './post-form.ts';

export interface UploadTarget {
  /** Base address of the API, such as `http://127.0.0.1:8080/api`. */
  readonly api: string;
  readonly token: string;
  readonly categoryId: number;
}

export type UploadStage =
  | { readonly name: 'sending'; readonly sent: number; readonly total: number }
  | { readonly name: 'verifying' }
  | { readonly name: 'building' };

export interface UploadedFile {
  readonly image: ImageBody;
  readonly variants: readonly VariantBody[];
}

const pollMs = 150;

/**
 * Uploads one file the way a browser does and waits until its variants and metadata are there. Throws an `AppError`
 * with the server's own words where it is refused.
 */
export async function uploadFile(
  { api, token, categoryId }: UploadTarget,
  path: string,
  signal: AbortSignal,
  onStage: (stage: UploadStage) => void,
): Promise<UploadedFile> {
  const call = <T>(method: string, route: string, body?: unknown) =>
    callApi<T>({ api, token, signal }, method, route, body);
  const { size } = await stat(path);
  const contentType = mediaTypeOfExtension(extname(path).slice(1)) ?? 'application/octet-stream';
  const { data } = await call<PresignedUploadBody>('POST', '/images/presigned-url', {
    filename: basename(path),
    content_type: contentType,
    file_size: size,
    category_id: categoryId,
  });
  if (!('url' in data)) throw new AppError('internal', 'the server answered a duplicate without being asked');

  const onProgress = (sent: number, total: number) => onStage({ name: 'sending', sent, total });
  const posted = await postForm({
    url: data.url,
    fields: data.fields,
    path,
    contentType,
    signal,
    onProgress,
  });
  if (posted.status !== 204) {
    const reason = /<Message>(.*?)<\/Message>/.exec(posted.body)?.[1] ?? `status ${posted.status}`;
    throw new AppError('unprocessable', `the store refused it: ${reason}`);
  }
  onStage({ name: 'verifying' });
  let image = await call<ImageBody>('POST', `/images/upload-complete/${data.image_id}`, {
    image_id: data.image_id,
  });
  onStage({ name: 'building' });
  while (image.status === 'completed' && !isProcessed(image)) {
    await delay(pollMs, undefined, { signal });
    image = await call<ImageBody>('GET', `/images/${data.image_id}`);
  }
  if (image.status !== 'completed')
    throw new AppError('unprocessable', `it was refused: ${image.failure_code}`);
  const failed = Object.entries(image.processing).find(([, task]) => task.state === 'failed');
  if (failed !== undefined) throw new AppError('internal', `${failed[0]} failed: ${failed[1].error}`);
  return { image, variants: image.variants };
}

function isProcessed({ processing }: ImageBody): boolean {
  return Object.values(processing).every(({ state }) => state === 'ready' || state === 'failed');
}

async function callApi<T>(
  { api, token, signal }: { api: string; token: string; signal: AbortSignal },
  method: string,
  route: string,
  body?: unknown,
): Promise<T> {
  const response = await fetch(api + route, {
    method,
    signal,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer = (await response.json()) as T | ProblemBody;
  if (!response.ok) throw new AppError('unprocessable', (answer as ProblemBody).detail);
  return answer as T;
}
