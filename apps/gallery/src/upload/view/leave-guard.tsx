import { useEffect } from 'react';
import type { UploadPhase } from '@darkroom/upload-client';
import { useUploads } from '../../services.ts';

/** Bytes that are only on this device: from "processing" on the server has them, and leaving does no harm. */
const here: readonly UploadPhase[] = ['waiting', 'preparing', 'sending', 'verifying'];

/** Lets the browser ask before the page is closed while files are still being sent. */
export function LeaveGuard() {
  const busy = useUploads().some(({ phase }) => here.includes(phase));
  useEffect(() => {
    if (!busy) return undefined;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [busy]);
  return null;
}
