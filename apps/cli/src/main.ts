/** `darkroom`: tools for developers and operators. */
import { ConfigError } from '@darkroom/runtime';
import { Command } from 'commander';
import { cliContext } from './cli-context.ts';
import { backfillCommand } from './commands/backfill.ts';
import { categoriesCommand } from './commands/categories.ts';
import { deadLettersCommand } from './commands/dead-letters.ts';
import { doctorCommand } from './commands/doctor.ts';
import { migrateCommand } from './commands/migrate.ts';
import { presetsCommand } from './commands/presets.ts';
import { quotaCommand } from './commands/quota.ts';
import { setupCommand } from './commands/setup.ts';
import { tokenCommand } from './commands/token.ts';
import { topicCommand } from './commands/topic.ts';
import { uploadCommand } from './commands/upload.ts';
import { webhooksCommand } from './commands/webhooks.ts';
import { withLocalStack } from './local-stack.ts';

const env = await withLocalStack(process.env);
// `setup` names its variables in its own help, and reads them where commander does
for (const [name, value] of Object.entries(env)) {
  if (value === undefined || value === '')
    Reflect.deleteProperty(process.env, name); // empty counts as not set
  else process.env[name] = value;
}
const context = cliContext(env);
const program = new Command('darkroom')
  .description('Tools for Darkroom. Without settings of their own they work on the local stack (npm start).')
  .showHelpAfterError('(--help tells more)');
for (const command of [
  tokenCommand,
  uploadCommand,
  categoriesCommand,
  presetsCommand,
  backfillCommand,
  quotaCommand,
  deadLettersCommand,
  webhooksCommand,
  doctorCommand,
  migrateCommand,
  topicCommand,
])
  program.addCommand(command(context));
program.addCommand(setupCommand());

try {
  await program.parseAsync();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  if (error instanceof ConfigError) console.error('Start the local stack (npm start), or set them.');
  process.exitCode = 1;
}
