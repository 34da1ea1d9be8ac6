import { databaseVariables, openPostgres, type Postgres } from '@darkroom/adapter-postgres';
import { z } from 'zod';
import type { CliContext } from './cli-context.ts';

export const databaseSchema = z.object(databaseVariables);

/** Opens Postgres for one command, and closes it however the command ends. */
export async function withPostgres<T>(
  context: CliContext,
  work: (postgres: Postgres) => Promise<T>,
): Promise<T> {
  const postgres = openPostgres(context.settings(databaseSchema), {
    applicationName: 'darkroom-cli',
    onError: (error, doing) => console.error(`${doing}: ${String(error)}`),
  });
  try {
    return await work(postgres);
  } finally {
    await postgres.close();
  }
}
