/** Who is signed in, and with what. */
export interface Identity {
  readonly name: string;
  readonly token: string;
}

/** A way to sign in. The local stack has one by name alone; others (OIDC) take its place in production. */
export interface Login {
  /** Throws when the answer is no. */
  signIn(name: string): Promise<Identity>;
  /** Another token for the same person without asking them; undefined when they must sign in again. */
  renew(identity: Identity): Promise<Identity | undefined>;
}

/** "Sign in as": the local stack gives anybody a token for any name. It exists nowhere else. */
export function createLocalLogin(apiBase: string): Login {
  const signIn = async (name: string) => {
    const answer = await fetch(`${apiBase}/local/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ sub: name }),
    });
    if (!answer.ok) throw new Error(`the local stack gave no token (${answer.status})`);
    const { token } = (await answer.json()) as { token: string };
    return { name, token };
  };
  return { signIn, renew: (identity) => signIn(identity.name).catch(() => undefined) };
}
