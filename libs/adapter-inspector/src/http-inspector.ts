import type { InspectorVerdict, UploadInspector, UrlSigner } from '@darkroom/domain';
import { AppError } from '@darkroom/kernel';
import { z } from 'zod';
import type { InspectorEnvironment } from './inspector-settings.ts';

export interface HttpInspectorOptions {
  readonly url: string;
  readonly timeoutMs: number;
  /** Sent as a bearer token where given. */
  readonly token?: string | undefined;
  readonly signer: Pick<UrlSigner, 'signGet'>;
}

const answerSchema = z.object({ allowed: z.boolean(), reason: z.string().max(200).optional() });
const linkSeconds = 600;

/**
 * Asks an HTTP service about a verified copy: POST `{image_id, owner_id, category_id, content_type, size, url}`, where
 * `url` is a signed GET of ten minutes. It answers 200 with `{allowed, reason?}`. Anything else, and no answer within
 * the time limit, is `unavailable`: the image is not let through, and the service is asked again.
 */
export class HttpInspector implements UploadInspector {
  readonly #options: HttpInspectorOptions;

  constructor(options: HttpInspectorOptions) {
    this.#options = options;
  }

  async check(
    image: Parameters<UploadInspector['check']>[0],
    originalKey: string,
    signal?: AbortSignal,
  ): Promise<InspectorVerdict> {
    const { url, timeoutMs, token, signer } = this.#options;
    const timeout = AbortSignal.timeout(timeoutMs);
    const body = {
      image_id: image.id,
      owner_id: image.ownerId,
      category_id: image.categoryId,
      content_type: image.contentType,
      size: image.declared.size,
      url: await signer.signGet(originalKey, { expiresInSeconds: linkSeconds }),
    };
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        },
        body: JSON.stringify(body),
        signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
        redirect: 'error',
      });
      if (response.status !== 200) throw new Error(`it answered ${response.status}`);
      const { allowed, reason } = answerSchema.parse(await response.json());
      return allowed ? { allowed } : { allowed, reason: reason ?? 'refused' };
    } catch (error) {
      if (signal?.aborted === true) throw new AppError('aborted', 'inspection was stopped', { cause: error });
      throw new AppError('unavailable', 'the inspector gave no usable answer', {
        reason: 'inspector_unavailable',
        cause: error,
      });
    }
  }
}

/** The inspector of the settings, or undefined where none is configured. */
export function openInspector(
  env: InspectorEnvironment,
  signer: HttpInspectorOptions['signer'],
): UploadInspector | undefined {
  const { INSPECTOR_URL: url, INSPECTOR_TOKEN: token, INSPECTOR_TIMEOUT_MS: timeoutMs } = env;
  return url === undefined ? undefined : new HttpInspector({ url, token, timeoutMs, signer });
}
