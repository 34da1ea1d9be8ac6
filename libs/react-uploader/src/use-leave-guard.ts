'use client';
import { useEffect } from 'react';
import type { UploadList, UploadPhase } from '@darkroom/upload-client';
import { useUploads } from './use-uploads.ts';

/** Bytes that are only on this device: from "processing" on the server has them, and leaving does no harm. */
const here: readonly UploadPhase[] = ['waiting', 'preparing', 'sending', 'verifying'];

/** Lets the browser ask before the page is closed while files of the list are still being sent. */
export function useLeaveGuard(list: UploadList): void {
  const busy = useUploads(list).some(({ phase }) => here.includes(phase));
  useEffect(() => {
    if (!busy) return undefined;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [busy]);
}
