/** What the page is told at start by `/config.json`: written by hand in production, by the local stack otherwise. */
export interface PageConfig {
  /** Where the API is: a path of this host, or a whole URL. */
  readonly apiBase: string;
  /** How people sign in. `local`: by name alone, offered by the local stack only. */
  readonly signIn: 'local' | null;
}

/** Reads `/config.json`. Throws when it is not there or is no configuration. */
export async function loadConfig(): Promise<PageConfig> {
  const answer = await fetch('/config.json', { headers: { accept: 'application/json' } });
  if (!answer.ok) throw new Error(`config.json answered ${answer.status}`);
  const body = (await answer.json()) as Partial<PageConfig>;
  return {
    apiBase: typeof body.apiBase === 'string' ? body.apiBase.replace(/\/$/, '') : '/api',
    signIn: body.signIn === 'local' ? 'local' : null,
  };
}
