import { NetworkError } from './api-error.ts';

/** Where the bearer token comes from. */
export interface TokenSource {
  /** The token to send now; undefined when nobody is signed in. */
  current(): string | undefined | Promise<string | undefined>;
  /** Called after a 401 with the token that was refused; answers another one, or undefined when there is none. */
  renew(refused: string): Promise<string | undefined>;
}

/**
 * A token; or a function that gets one, called once at first and again after each 401; or a `TokenSource`, for who
 * keeps tokens already.
 */
export type Token = string | (() => string | Promise<string>) | TokenSource;

/** Makes one kind of source of all three. A function is never called twice at once. */
export function tokenSource(token: Token | undefined): TokenSource {
  if (typeof token === 'object') return token;
  if (typeof token !== 'function') {
    return { current: () => token, renew: () => Promise.resolve(undefined) };
  }
  let known: string | undefined;
  let asking: Promise<string> | undefined;
  const ask = () => {
    asking ??= Promise.resolve()
      .then(token)
      .catch((error: unknown) => {
        throw new NetworkError(error); // as a rule its own server could not be reached: worth another try
      })
      .then((fresh) => (known = fresh))
      .finally(() => (asking = undefined));
    return asking;
  };
  return {
    current: () => known ?? ask(),
    renew: async (refused) => {
      const fresh = known === undefined || known === refused ? await ask() : known;
      return fresh === refused ? undefined : fresh;
    },
  };
}
