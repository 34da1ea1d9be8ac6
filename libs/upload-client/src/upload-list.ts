import type { ImageBody } from './contract.ts';
import type { UploadHandle } from './upload-handle.ts';
import { isEnded, type UploadState } from './upload-state.ts';
import type { Uploader, UploadOptions } from './uploader.ts';

/** One file of a list, and where it stands. Never changed in place. */
export interface Upload extends UploadState {
  /** The list's own, not the server's; stays the same over retries. */
  readonly key: string;
  readonly file: File;
}

export interface UploadListOptions {
  /** An upload has come to the end of its way, with variants. */
  readonly onReady?: (image: ImageBody) => void;
  /** An upload has failed for a reason that is nobody's but the program's. */
  readonly onInternalError?: (cause: unknown) => void;
}

interface Entry {
  readonly key: string;
  readonly file: File;
  handle: UploadHandle;
  unsubscribe: () => void;
}

/** Many files as one store that a view can watch (`useSyncExternalStore` in React): add, cancel, retry, dismiss. */
export class UploadList {
  readonly #uploader: Uploader;
  readonly #options: UploadListOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #listeners = new Set<() => void>();
  #uploads: readonly Upload[] = [];
  #count = 0;

  constructor(uploader: Uploader, options: UploadListOptions = {}) {
    this.#uploader = uploader;
    this.#options = options;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** The same array until something changes. */
  readonly uploads = (): readonly Upload[] => this.#uploads;

  add(files: readonly File[], options: UploadOptions): void {
    for (const file of files) {
      const key = `upload-${(this.#count += 1)}`;
      const handle = this.#uploader.upload(file, options);
      this.#entries.set(key, { key, file, handle, unsubscribe: this.#follow(key, handle) });
    }
    this.#publish(
      [...this.#entries.values()].map(({ key, file, handle }) => this.#uploadOf(key, file, handle)),
    );
  }

  cancel(key: string): void {
    this.#entries.get(key)?.handle.abort();
  }

  retry(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined || !isEnded(entry.handle.state())) return;
    entry.unsubscribe();
    entry.handle = entry.handle.retry();
    entry.unsubscribe = this.#follow(key, entry.handle);
    this.#show(key);
  }

  dismiss(key: string): void {
    this.#forget((upload) => upload.key === key && isEnded(upload));
  }

  /** Forgets what went well or was cancelled; failures stay until they are dismissed. */
  dismissFinished(): void {
    this.#forget(({ phase }) => phase === 'ready' || phase === 'canceled');
  }

  /** Stops all that runs. */
  close(): void {
    for (const { handle } of this.#entries.values()) handle.abort();
  }

  #follow(key: string, handle: UploadHandle): () => void {
    return handle.subscribe(({ phase, image, failure }) => {
      this.#show(key);
      if (phase === 'ready' && image !== undefined) this.#options.onReady?.(image);
      if (failure?.code === 'internal') this.#options.onInternalError?.(failure.cause);
    });
  }

  #show(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    const fresh = this.#uploadOf(key, entry.file, entry.handle);
    this.#publish(this.#uploads.map((upload) => (upload.key === key ? fresh : upload)));
  }

  #uploadOf(key: string, file: File, handle: UploadHandle): Upload {
    return { ...handle.state(), key, file };
  }

  #forget(which: (upload: Upload) => boolean): void {
    for (const { key } of this.#uploads.filter(which)) {
      this.#entries.get(key)?.unsubscribe();
      this.#entries.delete(key);
    }
    this.#publish(this.#uploads.filter(({ key }) => this.#entries.has(key)));
  }

  #publish(uploads: readonly Upload[]): void {
    this.#uploads = uploads;
    for (const listener of this.#listeners) listener();
  }
}
