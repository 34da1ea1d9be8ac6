import type { ImageBody } from '@darkroom/contracts';
import { UploadError, type LocalFailureCode } from './failure.ts';
import type { SendForm } from './send-form.ts';
import { storeFile, waitUntilReady, type UploadApi, type UploadContext } from './upload-file.ts';
import { isEnded, type Upload, type UploadChange } from './upload-state.ts';

export interface QueueOptions {
  readonly api: UploadApi;
  readonly send: SendForm;
  /** Files that are sent side by side; waiting for variants takes no place. */
  readonly concurrency: number;
  /** An upload has come to the end of its way, with variants. */
  readonly onReady: (image: ImageBody) => void;
}

export interface FileToUpload {
  readonly file: File;
  readonly categoryId: number;
  /** Known beforehand: the file is listed as failed and not sent. */
  readonly refusal?: LocalFailureCode | undefined;
}

/** All uploads of this page: a store that a view can watch, and the runner behind it. */
export class UploadQueue {
  readonly #options: QueueOptions;
  readonly #aborts = new Map<string, AbortController>();
  readonly #listeners = new Set<() => void>();
  #uploads: readonly Upload[] = [];
  #sending = 0;
  #count = 0;

  constructor(options: QueueOptions) {
    this.#options = options;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** The same array until something changes. */
  readonly uploads = (): readonly Upload[] => this.#uploads;

  add(files: readonly FileToUpload[]): void {
    const added = files.map(({ file, categoryId, refusal }): Upload => {
      const fresh = freshUpload(`upload-${(this.#count += 1)}`, file, categoryId);
      if (refusal === undefined) return fresh;
      return { ...fresh, phase: 'failed', failure: { code: refusal, stage: 'stored', retryable: false } };
    });
    this.#publish([...this.#uploads, ...added]);
    this.#startNext();
  }

  cancel(key: string): void {
    this.#change(key, (upload) => (isEnded(upload) ? {} : { phase: 'canceled', stalled: false }));
    this.#aborts.get(key)?.abort();
    this.#startNext();
  }

  retry(key: string): void {
    this.#change(key, (upload) =>
      isEnded(upload) ? freshUpload(upload.key, upload.file, upload.categoryId) : {},
    );
    this.#startNext();
  }

  dismiss(key: string): void {
    this.#publish(this.#uploads.filter((upload) => upload.key !== key || !isEnded(upload)));
  }

  /** Forgets what went well or was cancelled; failures stay until they are dismissed. */
  dismissFinished(): void {
    this.#publish(this.#uploads.filter(({ phase }) => phase !== 'ready' && phase !== 'canceled'));
  }

  /** Stops all that runs. */
  close(): void {
    for (const { key } of this.#uploads) this.cancel(key);
  }

  #startNext(): void {
    while (this.#sending < this.#options.concurrency) {
      const next = this.#uploads.find(({ key, phase }) => phase === 'waiting' && !this.#aborts.has(key));
      if (next === undefined) return;
      void this.#run(next);
    }
  }

  async #run({ key, file, categoryId }: Upload): Promise<void> {
    const abort = new AbortController();
    this.#aborts.set(key, abort);
    const context: UploadContext = {
      api: this.#options.api,
      send: this.#options.send,
      signal: abort.signal,
      onChange: (change) => {
        if (!abort.signal.aborted) this.#change(key, () => change);
      },
    };
    try {
      const image = await this.#inSlot(() => storeFile(file, categoryId, context));
      const ready = await waitUntilReady(image, context);
      context.onChange({ phase: 'ready', image: ready });
      this.#options.onReady(ready);
    } catch (error) {
      if (!abort.signal.aborted) this.#change(key, () => failed(error));
    } finally {
      this.#aborts.delete(key);
      this.#startNext(); // a retry asked for while the aborted run was still ending
    }
  }

  async #inSlot<T>(work: () => Promise<T>): Promise<T> {
    this.#sending += 1;
    try {
      return await work();
    } finally {
      this.#sending -= 1;
      this.#startNext();
    }
  }

  #change(key: string, change: (upload: Upload) => UploadChange): void {
    this.#publish(
      this.#uploads.map((upload) => (upload.key === key ? { ...upload, ...change(upload) } : upload)),
    );
  }

  #publish(uploads: readonly Upload[]): void {
    this.#uploads = uploads;
    for (const listener of this.#listeners) listener();
  }
}

function freshUpload(key: string, file: File, categoryId: number): Upload {
  return {
    key,
    file,
    categoryId,
    phase: 'waiting',
    sentBytes: 0,
    stalled: false,
    imageId: undefined,
    image: undefined,
    failure: undefined,
  };
}

/** Anything but an `UploadError` is a mistake of ours: the person may try again, and the console has the rest. */
function failed(error: unknown): UploadChange {
  if (!(error instanceof UploadError)) reportError(error);
  const failure =
    error instanceof UploadError
      ? error.failure
      : ({ code: 'server', stage: 'stored', retryable: true } as const);
  return { phase: 'failed', failure, stalled: false };
}
