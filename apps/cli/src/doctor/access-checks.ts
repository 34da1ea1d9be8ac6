import type { Postgres } from '@darkroom/adapter-postgres';
import { z } from 'zod';
import type { DoctorCheck } from './examine.ts';

export const accessSchema = z.object({
  AUTH_JWT_SECRET: z.string().optional(),
  AUTH_JWKS_URL: z.url().optional(),
});

const leastSecret = 32;
/** S3 refuses signatures that are 15 minutes off; tokens are refused long before. */
const mostSkewSeconds = 30;

/** Tokens can be verified, and the clocks agree. */
export function accessChecks(
  env: z.infer<typeof accessSchema>,
  postgres: Postgres,
  storeAddress: () => Promise<string>,
): DoctorCheck[] {
  return [
    {
      name: 'tokens',
      run: async () => {
        const { AUTH_JWT_SECRET: secret, AUTH_JWKS_URL: jwks } = env;
        const make = 'export AUTH_JWT_SECRET="$(openssl rand -hex 32)"';
        if (secret === undefined && jwks === undefined)
          return {
            what: 'neither AUTH_JWT_SECRET nor AUTH_JWKS_URL is set: no token can be verified',
            fix: make,
          };
        if (secret !== undefined && secret.length < leastSecret)
          return { what: `AUTH_JWT_SECRET has less than ${leastSecret} characters`, fix: make };
        if (jwks === undefined) return undefined;
        const problem = await jwksProblem(jwks);
        return problem === undefined ? undefined : { what: problem, look: 'curl -fsS "$AUTH_JWKS_URL"' };
      },
    },
    {
      name: 'clocks',
      needs: ['database', 'bucket'],
      run: async () => {
        const { rows } = await postgres.db.run((knex) =>
          knex.raw<{ rows: { now: Date }[] }>('select now() as now'),
        );
        const database = (rows[0]?.now.getTime() ?? 0) - Date.now();
        const response = await fetch(await storeAddress(), { method: 'HEAD' });
        const store = new Date(response.headers.get('date') ?? '').getTime() - Date.now();
        const off = Object.entries({ Postgres: database, S3: store })
          .filter(([, ms]) => Math.abs(ms) > mostSkewSeconds * 1_000)
          .map(([name, ms]) => `${name} by ${Math.round(ms / 1_000)} s`);
        if (off.length === 0) return undefined;
        return {
          what: `clocks differ from this machine's: ${off.join(', ')}`,
          fix: 'sudo timedatectl set-ntp true',
        };
      },
    },
  ];
}

async function jwksProblem(url: string): Promise<string | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
    if (!response.ok) return `AUTH_JWKS_URL answered ${response.status}`;
    const { keys } = z.object({ keys: z.array(z.object({ kty: z.string() })) }).parse(await response.json());
    return keys.some(({ kty }) => kty !== 'oct') ? undefined : 'AUTH_JWKS_URL names no key to verify with';
  } catch {
    return 'AUTH_JWKS_URL cannot be read as a set of keys';
  }
}
