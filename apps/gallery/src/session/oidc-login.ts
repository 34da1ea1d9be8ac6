import { NetworkError } from '@darkroom/upload-client';
import type { User, UserManager } from 'oidc-client-ts';
import type { Identity, Login } from './login.ts';

export interface OidcSettings {
  /** The provider's issuer URL, where `/.well-known/openid-configuration` lies. */
  readonly authority: string;
  readonly clientId: string;
  readonly scope: string;
  /** Sent along to the provider as they are, such as the `audience` that Auth0 wants or the `resource` of RFC 8707. */
  readonly params: Readonly<Record<string, string>>;
}

interface Returning {
  readonly returnTo?: string;
}

/** On a device where one has signed in, a new tab asks the provider by itself, who knows the person still. */
const knownKey = 'darkroom.known';

/**
 * Code flow with PKCE (RFC 7636), by oidc-client-ts. Tokens lie in sessionStorage, for each tab its own: tabs that
 * share a refresh token that is used once only would sign each other out. They are renewed by the refresh token; the
 * other way, a hidden frame, does not work where pages cannot be framed and third-party cookies are blocked.
 */
export class OidcLogin implements Login {
  readonly #settings: OidcSettings;
  #manager: Promise<UserManager> | undefined;

  constructor(settings: OidcSettings) {
    this.#settings = settings;
  }

  /** Leaves the page for the provider's. Throws when the provider cannot be reached. */
  async signIn(): Promise<void> {
    const { pathname, search } = window.location;
    const manager = await this.#load();
    await manager.signinRedirect({ state: { returnTo: pathname + search } satisfies Returning });
  }

  /** Throws when the provider has said no; the page is then at the address that one wanted to see. */
  async restore(): Promise<Identity | undefined> {
    const manager = await this.#load();
    const query = new URLSearchParams(window.location.search);
    if (query.has('state') && (query.has('code') || query.has('error'))) return this.#comeBack(manager);
    const user = await manager.getUser();
    if (user !== null) return identityOf(user.expired === true ? await renewed(manager, user) : user);
    if (isKnown()) await this.signIn();
    return undefined;
  }

  async renew(): Promise<Identity | undefined> {
    const manager = await this.#load();
    const user = await manager.getUser();
    return identityOf(user === null ? undefined : await renewed(manager, user));
  }

  async signOut(): Promise<void> {
    remember(false);
    const manager = await this.#load();
    const end = await manager.metadataService.getEndSessionEndpoint().catch(() => undefined);
    if (end === undefined) await manager.removeUser();
    else await manager.signoutRedirect();
  }

  async #comeBack(manager: UserManager): Promise<Identity | undefined> {
    try {
      const user = await manager.signinCallback();
      const { returnTo } = (user?.state ?? {}) as Returning;
      window.history.replaceState(null, '', returnTo ?? '/');
      remember(true);
      return identityOf(user);
    } catch (error) {
      window.history.replaceState(null, '', '/');
      remember(false);
      throw error;
    }
  }

  #load(): Promise<UserManager> {
    this.#manager ??= import('oidc-client-ts').then(({ UserManager, WebStorageStateStore }) => {
      const { authority, clientId, scope, params } = this.#settings;
      const here = `${window.location.origin}/`;
      return new UserManager({
        authority,
        client_id: clientId,
        redirect_uri: here,
        post_logout_redirect_uri: here,
        scope,
        extraQueryParams: { ...params },
        automaticSilentRenew: false, // renewed when the API refuses a token, which is also right after sleep
        userStore: new WebStorageStateStore({ store: window.sessionStorage }),
        stateStore: new WebStorageStateStore({ store: window.sessionStorage }),
      });
    });
    return this.#manager;
  }
}

/** By the refresh token. Undefined, and forgotten, where there is none or the provider refuses it. */
async function renewed(manager: UserManager, user: User): Promise<User | undefined> {
  try {
    const fresh = user.refresh_token === undefined ? null : await manager.signinSilent();
    if (fresh !== null) return fresh;
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ErrorResponse') throw new NetworkError(error);
  }
  await manager.removeUser();
  return undefined;
}

function identityOf(user: User | null | undefined): Identity | undefined {
  if (user === null || user === undefined) return undefined;
  const { sub, name, preferred_username: account, email } = user.profile;
  return { id: sub, name: name ?? account ?? email ?? sub, token: user.access_token };
}

function isKnown(): boolean {
  try {
    return localStorage.getItem(knownKey) !== null;
  } catch {
    return false;
  }
}

function remember(known: boolean): void {
  try {
    if (known) localStorage.setItem(knownKey, '1');
    else localStorage.removeItem(knownKey);
  } catch {
    // Storage is switched off: a new tab then asks before it goes to the provider.
  }
}
