import type { TokenSource } from '@darkroom/upload-client';
import type { Identity, Login } from './login.ts';

const storageKey = 'darkroom.identity';

/** Who is signed in on this device: kept in localStorage, the same in every tab. */
export class Session implements TokenSource {
  readonly #login: Login;
  #identity: Identity | undefined;
  #listeners = new Set<() => void>();
  #renewing: Promise<string | undefined> | undefined;

  constructor(login: Login) {
    this.#login = login;
    this.#identity = read();
    window.addEventListener('storage', (event) => {
      if (event.key === storageKey || event.key === null) this.#set(read());
    });
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly identity = (): Identity | undefined => this.#identity;

  current(): string | undefined {
    return this.#identity?.token;
  }

  async signIn(name: string): Promise<void> {
    this.#keep(await this.#login.signIn(name));
  }

  signOut(): void {
    this.#keep(undefined);
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
    if (this.#identity?.name !== identity.name) return undefined; // signed out, or another person, meanwhile
    this.#keep(fresh);
    return fresh?.token;
  }

  #keep(identity: Identity | undefined): void {
    try {
      if (identity === undefined) localStorage.removeItem(storageKey);
      else localStorage.setItem(storageKey, JSON.stringify(identity));
    } catch {
      // Storage is full or switched off: the session then lasts as long as the page.
    }
    this.#set(identity);
  }

  #set(identity: Identity | undefined): void {
    this.#identity = identity;
    for (const listener of this.#listeners) listener();
  }
}

function read(): Identity | undefined {
  try {
    const value = JSON.parse(localStorage.getItem(storageKey) ?? 'null') as Partial<Identity> | null;
    return typeof value?.name === 'string' && typeof value.token === 'string'
      ? { name: value.name, token: value.token }
      : undefined;
  } catch {
    return undefined;
  }
}
