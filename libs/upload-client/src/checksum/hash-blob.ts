import { createSha256 } from './incremental-sha256.ts';

const chunkBytes = 1024 * 1024;

/**
 * SHA-256 in lower-case hexadecimal, a chunk at a time: a file of any size takes a megabyte of memory, and what else
 * runs on this thread goes on between chunks. Throws what reading throws, and the signal's reason when aborted.
 */
export async function hashBlob(blob: Blob, signal?: AbortSignal): Promise<string> {
  const hash = createSha256();
  for (let at = 0; at < blob.size; at += chunkBytes) {
    signal?.throwIfAborted();
    hash.update(new Uint8Array(await blob.slice(at, at + chunkBytes).arrayBuffer()));
  }
  return hash.digest();
}
