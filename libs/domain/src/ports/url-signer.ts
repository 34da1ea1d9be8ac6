/** What a browser needs for a direct POST: the policy fixes bucket, key, type, size and expiry. */
export interface PresignedPost {
  readonly url: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly expiresAt: Date;
}

export interface UploadPolicy {
  readonly key: string;
  readonly contentType: string;
  /** Exact size in bytes. */
  readonly size: number;
  /** Hexadecimal; bound into the policy where given. */
  readonly sha256: string | null;
  readonly expiresInSeconds: number;
}

/** URLs that are given out: always of the public S3 endpoint. */
export interface UrlSigner {
  presignPost(policy: UploadPolicy): Promise<PresignedPost>;
  /** A GET of a private object; `downloadName` makes it an attachment of that name. */
  signGet(
    key: string,
    options?: { readonly downloadName?: string; readonly expiresInSeconds?: number },
  ): Promise<string>;
  /** Plain CDN or bucket URL of a public key; signed for all others. */
  urlOf(key: string): Promise<string>;
}
