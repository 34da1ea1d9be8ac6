import { hashBlob } from './hash-blob.ts';

/** What the worker says about a file. */
export type WorkerAnswer = { readonly digest: string } | { readonly error: string };

/**
 * SHA-256 of a file in lower-case hexadecimal, made in a Web Worker, so that the page stays free. Where there is none
 * (Node, a policy against workers, a bundler that lost the file) it is made here, in small steps. Throws when the file
 * cannot be read, and the signal's reason when aborted.
 */
export async function sha256(file: Blob, signal: AbortSignal): Promise<string> {
  signal.throwIfAborted();
  const answer = typeof Worker === 'undefined' ? undefined : await inWorker(file, signal);
  if (answer === undefined) return hashBlob(file, signal);
  if ('error' in answer) throw new Error(answer.error);
  return answer.digest;
}

/** Undefined when the worker did not start. */
async function inWorker(file: Blob, signal: AbortSignal): Promise<WorkerAnswer | undefined> {
  let worker: Worker;
  try {
    // In this form, with the name that the built file has, Vite and webpack find the worker and bundle it.
    worker = new Worker(new URL('./sha256-worker.js', import.meta.url), { type: 'module' });
  } catch {
    return undefined;
  }
  const stop = new AbortController();
  try {
    return await new Promise<WorkerAnswer | undefined>((resolve, reject) => {
      worker.onmessage = ({ data }: MessageEvent<WorkerAnswer>) => resolve(data);
      worker.onerror = (event) => {
        event.preventDefault();
        resolve(undefined);
      };
      signal.addEventListener('abort', () => reject(signal.reason as Error), { signal: stop.signal });
      worker.postMessage(file);
    });
  } finally {
    stop.abort();
    worker.terminate();
  }
}
