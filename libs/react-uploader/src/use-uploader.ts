'use client';
import { useEffect, useMemo, useState } from 'react';
import {
  createUploader,
  type Upload,
  UploadList,
  type UploaderOptions,
  type UploadListOptions,
  type UploadOptions,
} from '@darkroom/upload-client';
import { useLatest } from './use-latest.ts';
import { useLeaveGuard } from './use-leave-guard.ts';
import { useStableToken } from './use-stable-token.ts';
import { useUploads } from './use-uploads.ts';

/** `token` and the callbacks may change at each render; the rest counts as it is at the first. */
export interface UseUploaderOptions extends UploaderOptions, UploadListOptions {}

export interface UploaderControls {
  /** The list itself, for `<ImageDropzone list={…}>` and for what else watches it. */
  readonly list: UploadList;
  readonly uploads: readonly Upload[];
  readonly add: (files: readonly File[], options: UploadOptions) => void;
  readonly cancel: (key: string) => void;
  readonly retry: (key: string) => void;
  readonly dismiss: (key: string) => void;
  /** Forgets what went well or was cancelled; failures stay until they are dismissed. */
  readonly dismissFinished: () => void;
}

/**
 * Uploads that live as long as the component. When it unmounts, what is not stored yet is aborted (the server reaps
 * it) and what is stored goes on there, unwatched. The browser asks before the page is closed while files are being
 * sent. For uploads that outlive a component, make an `UploadList` further up and watch it by `useUploads`.
 */
export function useUploader(options: UseUploaderOptions): UploaderControls {
  const latest = useLatest(options);
  const token = useStableToken(options.token);
  const [list] = useState(
    () =>
      new UploadList(createUploader({ ...options, token }), {
        onReady: (image) => latest.current.onReady?.(image),
        onInternalError: (cause) => latest.current.onInternalError?.(cause),
      }),
  );
  // StrictMode runs this once more at the start, with nothing to abort; the list goes on being usable.
  useEffect(() => () => list.close(), [list]);
  useLeaveGuard(list);
  const uploads = useUploads(list);
  return useMemo(
    () => ({
      list,
      uploads,
      add: (files, uploadOptions) => list.add(files, uploadOptions),
      cancel: (key) => list.cancel(key),
      retry: (key) => list.retry(key),
      dismiss: (key) => list.dismiss(key),
      dismissFinished: () => list.dismissFinished(),
    }),
    [list, uploads],
  );
}
