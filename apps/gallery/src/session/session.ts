import type { TokenSource } from '@darkroom/upload-client';
import type { Identity, Login } from './login.ts';

/** Who is signed in, for as long as the page is open; the way of signing in keeps it beyond that. */
export class Session implements TokenSource {
  readonly #login: Login;
  #identity: Identity | undefined;
  #endedByItself = false;
  #listeners = new Set<() => void>();
  #renewing: Promise<string | undefined> | undefined;

  constructor(login: Login, identity: Identity | undefined) {
    this.#login = login;
    this.#identity = identity;
    login.onChange?.((changed) => this.#set(changed));
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly identity = (): Identity | undefined => this.#identity;

  /** It ended without the person having asked for that here: its token ran out for good, or in another tab. */
  readonly endedByItself = (): boolean => this.#endedByItself;

  current(): string | undefined {
    return this.#identity?.token;
  }

  signedIn(identity: Identity): void {
    this.#set(identity);
  }

  async signOut(): Promise<void> {
    await this.#login.signOut();
    this.#identity = undefined;
    this.#set(undefined);
  }

  /** One renewal at a time, however many requests were refused; who comes late gets the token that is there. */
  renew(refused: string): Promise<string | undefined> {
    if (this.#identity === undefined) return Promise.resolve(undefined);
    if (this.#identity.token !== refused) return Promise.resolve(this.#identity.token);
    this.#renewing ??= this.#renew(this.#identity).finally(() => {
      this.#renewing = undefined;
    });
    return this.#renewing;
  }

  async #renew(identity: Identity): Promise<string | undefined> {
    const fresh = await this.#login.renew(identity);
    if (this.#identity?.id !== identity.id) return undefined; // signed out, or another person, meanwhile
    this.#set(fresh);
    return fresh?.token;
  }

  #set(identity: Identity | undefined): void {
    this.#endedByItself = identity === undefined && this.#identity !== undefined;
    this.#identity = identity;
    for (const listener of this.#listeners) listener();
  }
}
