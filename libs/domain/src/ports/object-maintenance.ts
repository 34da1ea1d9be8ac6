export interface ListedObject {
  readonly key: string;
  readonly size: number;
  readonly lastModified: Date;
}

export interface AbandonedUpload {
  readonly key: string;
  readonly uploadId: string;
  readonly initiatedAt: Date;
}

/** Removing and listing objects. Removing one that is missing succeeds. */
export interface ObjectMaintenance {
  /** Any number of keys; batched by the adapter. */
  remove(keys: readonly string[], signal?: AbortSignal): Promise<void>;
  /** In key order, from just after `afterKey`. Fewer than `limit` means the end. */
  list(
    prefix: string,
    afterKey: string | undefined,
    limit: number,
    signal?: AbortSignal,
  ): Promise<readonly ListedObject[]>;
  listMultipart(prefix: string, signal?: AbortSignal): Promise<readonly AbandonedUpload[]>;
  abortMultipart(upload: AbandonedUpload, signal?: AbortSignal): Promise<void>;
}
