import { z } from 'zod';
import type { DoctorCheck, Problem } from './examine.ts';

export const accessSchema = z.object({
  AUTH_JWT_SECRET: z.string().optional(),
  AUTH_JWKS_URL: z.url().optional(),
  AUTH_ISSUER: z.string().optional(),
});
type AccessSettings = z.infer<typeof accessSchema>;

const leastSecret = 32;
const makeSecret = 'export AUTH_JWT_SECRET="$(openssl rand -hex 32)"';
const keysAway = {
  look: 'curl -fsS "$AUTH_JWKS_URL"',
  decide:
    "where the provider's keys are (`jwks_uri` in its /.well-known/openid-configuration), for AUTH_JWKS_URL",
} as const;

/** Whether tokens can be verified. */
export function tokensCheck(env: AccessSettings): DoctorCheck {
  return {
    name: 'tokens',
    run: async () => {
      const { AUTH_JWT_SECRET: secret, AUTH_JWKS_URL: jwks } = env;
      if (secret === undefined && jwks === undefined)
        return {
          what: 'neither AUTH_JWT_SECRET nor AUTH_JWKS_URL is set: no token can be verified',
          fix: makeSecret,
        };
      if (secret !== undefined && secret.length < leastSecret)
        return { what: `AUTH_JWT_SECRET has less than ${leastSecret} characters`, fix: makeSecret };
      return jwks === undefined ? undefined : keysProblem(jwks, env.AUTH_ISSUER);
    },
    otherwise: keysAway,
  };
}

async function keysProblem(jwks: string, issuer: string | undefined): Promise<Problem | undefined> {
  const what = await faultOfKeys(jwks);
  if (what === undefined) return undefined;
  const named = issuer === undefined ? undefined : await keysOfIssuer(issuer);
  if (named === undefined || (await faultOfKeys(named)) !== undefined) return { what, ...keysAway };
  return { what: `${what}; AUTH_ISSUER has its keys elsewhere`, fix: `export AUTH_JWKS_URL='${named}'` };
}

async function faultOfKeys(url: string): Promise<string | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
    if (!response.ok) return `AUTH_JWKS_URL answered ${response.status}`;
    const { keys } = z.object({ keys: z.array(z.object({ kty: z.string() })) }).parse(await response.json());
    return keys.some(({ kty }) => kty !== 'oct') ? undefined : 'AUTH_JWKS_URL names no key to verify with';
  } catch {
    return 'AUTH_JWKS_URL cannot be read as a set of keys';
  }
}

/** As the issuer itself says (OpenID Connect Discovery 1.0, 4); undefined where it does not. */
async function keysOfIssuer(issuer: string): Promise<string | undefined> {
  try {
    const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
    const response = await fetch(address, { signal: AbortSignal.timeout(5_000) });
    const { jwks_uri: uri } = z.object({ jwks_uri: z.url() }).parse(await response.json());
    return uri.includes("'") ? undefined : uri; // it is to stand in quotes
  } catch {
    return undefined;
  }
}
