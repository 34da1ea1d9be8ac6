import type { Image } from '../model/image.ts';

export type InspectorVerdict =
  { readonly allowed: true } | { readonly allowed: false; readonly reason: string };

/** An outside check (malware, moderation) of a verified copy. */
export interface UploadInspector {
  /** Throws `unavailable` where there is no answer in time: the image is not let through, and is asked about again. */
  check(image: Image, originalKey: string, signal?: AbortSignal): Promise<InspectorVerdict>;
}
