import { canListen, pendingMigrations, type Postgres } from '@darkroom/adapter-postgres';
import type { z } from 'zod';
import type { databaseSchema } from '../container.ts';
import type { DoctorCheck } from './examine.ts';

const mostLagSeconds = 900;

/** Postgres: there, up to date, reached as sessions where sessions are needed, and read by all who should. */
export function databaseChecks(env: z.infer<typeof databaseSchema>, postgres: Postgres): DoctorCheck[] {
  const directUrl = env.DATABASE_DIRECT_URL ?? env.DATABASE_URL;
  return [
    {
      name: 'database',
      run: async () => {
        await postgres.db.ping();
        return undefined;
      },
      look: 'psql "$DATABASE_URL" -c "select 1"',
    },
    {
      name: 'direct connection',
      needs: ['database'],
      run: async () => {
        const works = await canListen(directUrl).catch(() => false);
        if (works) return undefined;
        const what =
          'DATABASE_DIRECT_URL (or DATABASE_URL, where it is not set) does not lead to Postgres itself';
        const better = env.DATABASE_DIRECT_URL !== undefined && (await canListen(env.DATABASE_URL));
        return {
          what: `${what}, which LISTEN and locks of sessions need: past a pooler of transactions`,
          ...(better
            ? { fix: 'export DATABASE_DIRECT_URL="$DATABASE_URL"' }
            : { look: 'psql "$DATABASE_DIRECT_URL" -c "listen darkroom"' }),
        };
      },
    },
    {
      name: 'migrations',
      needs: ['database'],
      run: async () => {
        const pending = await pendingMigrations(env.DATABASE_URL);
        if (pending.length === 0) return undefined;
        return { what: `not applied yet: ${pending.join(', ')}`, fix: 'darkroom migrate' };
      },
    },
    {
      name: 'lag',
      needs: ['migrations'],
      run: async () => {
        const { lags } = await postgres.monitor.pipeline();
        const [worst] = [...lags].sort((a, b) => b.seconds - a.seconds);
        if (worst === undefined || worst.seconds < mostLagSeconds) return undefined;
        const events = lags
          .filter(({ group }) => group === worst.group)
          .reduce((sum, lag) => sum + lag.events, 0);
        const minutes = Math.floor(worst.seconds / 60);
        return {
          what: `${worst.group} has ${events} events waiting, the oldest for ${minutes} minutes: too few of it run, or none`,
          look: `docs/operations/runbook.md, and the logs of ${worst.group}`,
        };
      },
    },
  ];
}
