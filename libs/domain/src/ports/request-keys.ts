/** A client's name for one request, so that it can be repeated without being done twice. */
export interface RequestClaim {
  readonly key: string;
  /** Tells the request from another one under the same key. */
  readonly fingerprint: string;
  readonly expiresAt: Date;
}

export interface HeldRequest {
  readonly fingerprint: string;
  /** What the request made. */
  readonly imageId: string;
}

/** Requests that were made under a key. `ImageRepository.insert` writes them, with the image. */
export interface RequestKeys {
  /** Undefined where the owner has not used the key, or its time is over at `now`. */
  find(ownerId: string, key: string, now: Date): Promise<HeldRequest | undefined>;
}
