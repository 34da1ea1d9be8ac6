'use client';
import { useSyncExternalStore } from 'react';
import type { Upload, UploadList } from '@darkroom/upload-client';

/** What a list holds now; renders again after every change. */
export function useUploads(list: UploadList): readonly Upload[] {
  return useSyncExternalStore(list.subscribe, list.uploads, list.uploads);
}
