import { NetworkError } from '@darkroom/upload-client';
import type { Identity, Login } from './login.ts';

const storageKey = 'darkroom.identity';

interface LocalIdentity extends Identity {
  readonly isAdmin: boolean;
}

/**
 * "Sign in as": the local stack gives anybody a token for any name. It exists nowhere else. Kept in localStorage, the
 * same in every tab.
 */
export class LocalLogin implements Login {
  readonly #apiBase: string;

  constructor(apiBase: string) {
    this.#apiBase = apiBase;
  }

  /** Throws when the answer is no. */
  async signIn(name: string, isAdmin: boolean): Promise<Identity> {
    const answer = await fetch(`${this.#apiBase}/local/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ sub: name, roles: isAdmin ? ['admin'] : [] }),
    }).catch((error: unknown) => {
      throw new NetworkError(error);
    });
    if (!answer.ok) throw new Error(`the local stack gave no token (${answer.status})`);
    const { token } = (await answer.json()) as { token: string };
    const identity = { id: name, name, token, isAdmin };
    write(identity);
    return identity;
  }

  restore(): Promise<Identity | undefined> {
    return Promise.resolve(read());
  }

  async renew(identity: Identity): Promise<Identity | undefined> {
    try {
      return await this.signIn(identity.id, read()?.isAdmin ?? false);
    } catch (error) {
      if (error instanceof NetworkError) throw error;
      write(undefined);
      return undefined;
    }
  }

  signOut(): Promise<void> {
    write(undefined);
    return Promise.resolve();
  }

  readonly onChange = (listener: (identity: Identity | undefined) => void): void => {
    window.addEventListener('storage', (event) => {
      if (event.key === storageKey || event.key === null) listener(read());
    });
  };
}

function write(identity: LocalIdentity | undefined): void {
  try {
    if (identity === undefined) localStorage.removeItem(storageKey);
    else localStorage.setItem(storageKey, JSON.stringify(identity));
  } catch {
    // Storage is full or switched off: the session then lasts as long as the page.
  }
}

function read(): LocalIdentity | undefined {
  try {
    const value = JSON.parse(localStorage.getItem(storageKey) ?? 'null') as Partial<LocalIdentity> | null;
    if (typeof value?.name !== 'string' || typeof value.token !== 'string') return undefined;
    return { id: value.name, name: value.name, token: value.token, isAdmin: value.isAdmin === true };
  } catch {
    return undefined;
  }
}
