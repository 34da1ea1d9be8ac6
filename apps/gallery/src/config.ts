import type { OidcSettings } from './session/oidc-login.ts';

/** What the page is told at start by `/config.json`: written by hand in production, by the local stack otherwise. */
export interface PageConfig {
  /** Where the API is: a path of this host, or a whole URL. */
  readonly apiBase: string;
  /** How people sign in. `local`: by name alone, offered by the local stack only. */
  readonly signIn: 'local' | { readonly oidc: OidcSettings } | null;
}

/** Reads `/config.json`. Throws when it is not there or is no configuration. */
export async function loadConfig(): Promise<PageConfig> {
  const answer = await fetch('/config.json', { headers: { accept: 'application/json' } });
  if (!answer.ok) throw new Error(`config.json answered ${answer.status}`);
  return parseConfig(await answer.json());
}

/** Throws where the way to sign in is not one that there is: better no page than one that nobody can use. */
export function parseConfig(body: unknown): PageConfig {
  const { apiBase, signIn } = (body ?? {}) as Record<string, unknown>;
  return {
    apiBase: typeof apiBase === 'string' ? apiBase.replace(/\/$/, '') : '/api',
    signIn: signIn === undefined || signIn === null || signIn === 'local' ? (signIn ?? null) : oidcOf(signIn),
  };
}

function oidcOf(signIn: unknown): { oidc: OidcSettings } {
  const { oidc } = signIn as { oidc?: Partial<Record<keyof OidcSettings, unknown>> };
  if (typeof oidc?.authority !== 'string' || typeof oidc.clientId !== 'string') {
    throw new Error('config.json: signIn.oidc needs "authority" and "clientId"');
  }
  return {
    oidc: {
      authority: oidc.authority,
      clientId: oidc.clientId,
      scope: typeof oidc.scope === 'string' ? oidc.scope : 'openid profile offline_access',
      params: (oidc.params ?? {}) as Record<string, string>,
    },
  };
}
