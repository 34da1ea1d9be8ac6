import { migrate } from '@darkroom/adapter-postgres';
import { Command } from 'commander';
import type { CliContext } from '../cli-context.ts';
import { databaseSchema } from '../container.ts';

/** `darkroom migrate`: brings the database's tables up to date. Safe when several run at once. */
export function migrateCommand(context: CliContext): Command {
  return new Command('migrate')
    .description('Bring the tables of the database up to date')
    .action(async () => {
      const { DATABASE_URL, DATABASE_DIRECT_URL } = context.settings(databaseSchema);
      const applied = await migrate(DATABASE_DIRECT_URL ?? DATABASE_URL);
      console.log(applied.length === 0 ? 'The tables are up to date.' : `Applied: ${applied.join(', ')}`);
    });
}
