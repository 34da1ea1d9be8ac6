import type { ImageBody } from './contract.ts';
import type { SendForm } from './send-form.ts';
import { createSlots } from './slots.ts';
import type { FileToPresign, UploadApi } from './upload-api.ts';
import type { UploadHandle } from './upload-handle.ts';
import { uploaderOf } from './uploader.ts';
import { pollImage } from './watch-image.ts';

export const imageOf = (id: string, state: 'pending' | 'ready' | 'failed'): ImageBody =>
  ({
    id,
    status: 'completed',
    failure_code: null,
    variants: [],
    processing: {
      variants: { state, attempts: 1, error: null },
      metadata: { state: 'ready', attempts: 1, error: null },
    },
  }) as unknown as ImageBody;

export const policyOf = (n: number, expiresAt = '2100-01-01T00:00:00Z') => ({
  url: 'http://s3.test/bucket',
  fields: { key: `incoming/${n}` },
  file_key: `incoming/${n}`,
  image_id: `image-${n}`,
  expires_at: expiresAt,
});

export interface WorldChanges {
  readonly api?: Partial<UploadApi>;
  readonly send?: SendForm;
  readonly concurrency?: number;
  readonly locale?: 'en' | 'ko';
  readonly sha256?: (file: Blob) => Promise<string>;
}

/** An API and a store that take everything, what they were asked, and an uploader on them. */
export function fakeWorld(changes: WorldChanges = {}) {
  const presigned: FileToPresign[] = [];
  const sent: string[] = [];
  const api: UploadApi = {
    presign: (file) => Promise.resolve(policyOf(presigned.push(file))),
    complete: (id) => Promise.resolve(imageOf(id, 'pending')),
    image: (id) => Promise.resolve(imageOf(id, 'ready')),
    ...changes.api,
  };
  const answer: SendForm = changes.send ?? (() => Promise.resolve({ status: 204, s3Code: undefined }));
  const send: SendForm = (url, fields, file, options) => {
    sent.push(fields['key'] ?? '');
    return answer(url, fields, file, options);
  };
  const sha256 = changes.sha256 ?? (() => Promise.resolve('a'.repeat(64)));
  const tools = { api, send, sha256, watch: pollImage, stallMs: 1_000 };
  const uploader = uploaderOf(tools, createSlots(changes.concurrency ?? 2), changes.locale);
  return { uploader, presigned, sent };
}

export const fileOf = (name: string) => new File(['0123456789'], name, { type: 'image/jpeg' });

/** Resolves once the upload's state fulfils the condition. */
export function untilState(handle: UploadHandle, condition: (phase: string) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (!condition(handle.state().phase)) return;
      stop();
      resolve();
    };
    const stop = handle.subscribe(look);
    look();
  });
}
