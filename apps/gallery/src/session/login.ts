/** Who is signed in, and with what. */
export interface Identity {
  /** The same for the same person, always: what `sub` of the token says. */
  readonly id: string;
  /** As the page shows it. */
  readonly name: string;
  readonly token: string;
}

/** A way to sign in: by an OpenID provider in production, by name alone on the local stack. */
export interface Login {
  /** Who is signed in already, or is just coming back from the provider. Asked once, at start. */
  restore(): Promise<Identity | undefined>;
  /**
   * Another token for the same person without asking them; undefined when they must sign in again. Throws
   * `NetworkError` where nobody answers, which says nothing about the person.
   */
  renew(identity: Identity): Promise<Identity | undefined>;
  signOut(): Promise<void>;
  /** Tells when another tab signs in or out. */
  readonly onChange?: (listener: (identity: Identity | undefined) => void) => void;
}
