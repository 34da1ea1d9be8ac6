import type { Description, ImageBody, PresignedUploadBody } from './contract.ts';
import type { Send } from './transport.ts';

export interface FileToPresign {
  readonly filename: string;
  /** As the browser says; may be empty, as it is for HEIC in most: the API then goes by the name. */
  readonly content_type: string;
  /** Bytes. */
  readonly file_size: number;
  readonly category_id: number;
  readonly checksum_sha256?: string;
  readonly on_duplicate?: 'upload' | 'reuse';
}

export type PresignedUpload = PresignedUploadBody['data'];
/** A presigned form, as against an image that is there already. */
export type UploadPolicy = Exclude<PresignedUpload, { duplicate: true }>;

/** The calls of the API that an upload needs. */
export interface UploadApi {
  /** Asked again with the same key it answers the same image, with a policy that is signed afresh. */
  presign(file: FileToPresign, idempotencyKey: string, signal: AbortSignal): Promise<PresignedUpload>;
  complete(id: string, description: Description, signal: AbortSignal): Promise<ImageBody>;
  image(id: string, signal: AbortSignal): Promise<ImageBody>;
}

export function createUploadApi(send: Send): UploadApi {
  return {
    presign: async (file, idempotencyKey, signal) => {
      const headers = { 'idempotency-key': idempotencyKey };
      const request = { method: 'POST', body: file, headers, signal } as const;
      return (await send<PresignedUploadBody>('/images/presigned-url', request)).data;
    },
    complete: (id, description, signal) =>
      send(`/images/upload-complete/${encodeURIComponent(id)}`, {
        method: 'POST',
        body: { image_id: id, ...description },
        signal,
      }),
    image: (id, signal) => send(`/images/${encodeURIComponent(id)}`, { signal }),
  };
}
