import { Command, InvalidArgumentError } from 'commander';
import { taskNames, type TaskName } from './run-tasks.ts';

export interface Arguments {
  readonly names: readonly TaskName[];
  readonly dryRun: boolean;
  readonly force: boolean;
  readonly json: boolean;
  readonly limit: number;
  readonly maxSeconds: number;
}

/** What the command line asks for. Prints help, or what is wrong, and exits by itself where that is all. */
export function readArguments(argv: readonly string[]): Arguments {
  const command = new Command('cleanup-cron').description(
    'One-shot housekeeping: runs the tasks that are named, or all, then ends. Exit code 1 where something could not be done.',
  );
  for (const name of taskNames) command.option(`--${name}`, `run ${name}`, false);
  command
    .option('--dry-run', 'print the plan and change nothing', false)
    .option('--force', 'reconcile even where nearly nothing is found: a wrong bucket looks like that', false)
    .option('--json', 'print the report as JSON', false)
    .option('--limit <count>', 'at most so many things per task', wholeNumber, 10_000)
    .option('--max-seconds <seconds>', 'stop after this time; the next run goes on', wholeNumber, 600)
    .parse([...argv]);
  const options = command.opts<Record<TaskName, boolean> & Omit<Arguments, 'names'>>();
  const named = taskNames.filter((name) => options[name]);
  const { dryRun, force, json, limit, maxSeconds } = options;
  return { names: named.length === 0 ? taskNames : named, dryRun, force, json, limit, maxSeconds };
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('a whole number above 0');
  return value;
}
