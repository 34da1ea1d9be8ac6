export interface ObjectHead {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  readonly eTag: string;
  readonly contentType: string;
  readonly lastModified: Date;
  /** The store's own SHA-256 of the whole object, hexadecimal, where the upload carried one. */
  readonly sha256: string | null;
}

export interface ObjectHeaders {
  readonly contentType: string;
  readonly cacheControl?: string;
  readonly contentDisposition?: string;
}

/**
 * Objects of the one bucket. Missing objects are a named outcome (`undefined`), not an error; `unavailable` is
 * thrown when the store cannot be reached or answers 5xx or slow-down after the client's own retries.
 */
export interface ObjectStore {
  head(key: string, signal?: AbortSignal): Promise<ObjectHead | undefined>;
  /** The first `length` bytes, fewer where the object is shorter. */
  readStart(key: string, length: number, signal?: AbortSignal): Promise<Uint8Array | undefined>;
  /** Writes the whole object to a new file at `path`. False where the object is missing. */
  download(key: string, path: string, signal?: AbortSignal): Promise<boolean>;
  put(
    key: string,
    body: Uint8Array | { readonly path: string },
    headers: ObjectHeaders,
    signal?: AbortSignal,
  ): Promise<void>;
  /** Within the bucket, with new headers in place of the source's. False where the source is missing. */
  copy(from: string, to: string, headers: ObjectHeaders, signal?: AbortSignal): Promise<boolean>;
}
