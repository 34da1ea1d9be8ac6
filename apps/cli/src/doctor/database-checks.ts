import { canListen, pendingMigrations, type Postgres } from '@darkroom/adapter-postgres';
import { consumerGroups } from '@darkroom/contracts';
import type { z } from 'zod';
import type { databaseSchema } from '../container.ts';
import { reasonOf, type DoctorCheck, type Problem } from './examine.ts';
import { lagProblem } from './lag-problem.ts';

export interface DatabaseParts {
  readonly env: z.infer<typeof databaseSchema>;
  readonly postgres: Postgres;
  readonly onKubernetes: boolean;
  /** The workers then read there, and what they once read in the log says nothing. */
  readonly onKafka: boolean;
}

const postgresAway = {
  look: 'psql "$DATABASE_URL" -c "select 1"',
  decide: 'whether address, password and name in DATABASE_URL are right, and where Postgres is',
} as const;

/** Postgres: there, up to date, reached as sessions where sessions are needed, and read by all who should. */
export function databaseChecks({ env, postgres, onKubernetes, onKafka }: DatabaseParts): DoctorCheck[] {
  const directUrl = env.DATABASE_DIRECT_URL ?? env.DATABASE_URL;
  return [
    {
      name: 'database',
      run: async () => {
        try {
          await postgres.db.ping();
          return undefined;
        } catch (error) {
          // Behind a pooler that is away, Postgres itself may be well
          if (env.DATABASE_DIRECT_URL === undefined || !(await listens(env.DATABASE_DIRECT_URL))) throw error;
          return {
            what: `DATABASE_URL: ${reasonOf(error)}; DATABASE_DIRECT_URL can be used, also until a pooler is back`,
            fix: 'export DATABASE_URL="$DATABASE_DIRECT_URL"',
          };
        }
      },
      otherwise: postgresAway,
    },
    {
      name: 'direct connection',
      needs: ['database'],
      run: async () => ((await listens(directUrl)) ? undefined : directProblem(env)),
      otherwise: postgresAway,
    },
    {
      name: 'migrations',
      needs: ['database'],
      run: async () => {
        const pending = await pendingMigrations(env.DATABASE_URL);
        if (pending.length === 0) return undefined;
        return { what: `not applied yet: ${pending.join(', ')}`, fix: 'darkroom migrate' };
      },
      otherwise: postgresAway,
    },
    {
      name: 'lag',
      needs: ['migrations'],
      run: async () => {
        const { lags } = await postgres.monitor.pipeline();
        const elsewhere: readonly string[] = onKafka ? consumerGroups : [];
        return lagProblem(
          lags.filter(({ group }) => !elsewhere.includes(group)),
          onKubernetes,
        );
      },
      otherwise: postgresAway,
    },
  ];
}

const listens = (url: string) => canListen(url).catch(() => false);

async function directProblem(env: DatabaseParts['env']): Promise<Problem> {
  const setting = env.DATABASE_DIRECT_URL === undefined ? 'DATABASE_URL' : 'DATABASE_DIRECT_URL';
  const what = `${setting} does not lead to Postgres itself, which LISTEN and locks of sessions need: past a pooler of transactions`;
  if (env.DATABASE_DIRECT_URL !== undefined && (await listens(env.DATABASE_URL)))
    return { what, fix: 'export DATABASE_DIRECT_URL="$DATABASE_URL"' };
  return {
    what,
    look: `psql "$${setting}" -c 'listen darkroom' -c 'notify darkroom'`,
    decide: 'the address of Postgres itself, for DATABASE_DIRECT_URL',
  };
}
