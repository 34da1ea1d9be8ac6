import type { Progress } from './progress.ts';
import { uploadFile, type UploadedFile, type UploadTarget } from './upload-file.ts';

export interface FileResult {
  readonly path: string;
  /** Undefined where it failed. */
  readonly uploaded: UploadedFile | undefined;
  readonly error: string | undefined;
}

/** Uploads files, a few at once; one that fails does not hold up the others. Answers in the order given. */
export async function uploadFiles(
  target: UploadTarget,
  paths: readonly string[],
  concurrency: number,
  signal: AbortSignal,
  progress: Progress,
): Promise<FileResult[]> {
  const results: FileResult[] = [];
  const waiting = [...paths.entries()];
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, path] = next;
      results[index] = await uploadOne(target, path, signal, progress);
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, paths.length) }, work));
  return results;
}

async function uploadOne(
  target: UploadTarget,
  path: string,
  signal: AbortSignal,
  progress: Progress,
): Promise<FileResult> {
  const startedAt = performance.now();
  try {
    const uploaded = await uploadFile(target, path, signal, (stage) => progress.update(path, stage));
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    progress.finish(path, `ready in ${seconds} s, ${uploaded.variants.length} variants`);
    return { path, uploaded, error: undefined };
  } catch (error) {
    const words = error instanceof Error ? describe(error) : String(error);
    progress.finish(path, `failed: ${words}`);
    return { path, uploaded: undefined, error: words };
  }
}

function describe(error: Error): string {
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}
