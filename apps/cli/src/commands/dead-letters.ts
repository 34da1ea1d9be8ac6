import { PostgresDeadLetters } from '@darkroom/adapter-postgres';
import { deadLetterCodes, type DeadLetterCode } from '@darkroom/contracts';
import type { DeadLetterFilter, DeadLetterMessage, DeadLetters } from '@darkroom/domain';
import { AppError } from '@darkroom/kernel';
import { Command, Option } from 'commander';
import type { CliContext } from '../cli-context.ts';
import { withPostgres } from '../container.ts';

interface FilterOptions {
  readonly group?: string;
  readonly code?: DeadLetterCode;
  readonly type?: string;
  readonly image?: string;
  readonly all?: boolean;
}

/** `darkroom dead-letters list|show|replay|discard`: events that a worker could not handle. */
export function deadLettersCommand(context: CliContext): Command {
  const open = <T>(work: (letters: DeadLetters) => Promise<T>) =>
    withPostgres(context, ({ db }) => work(new PostgresDeadLetters(db)));
  const command = new Command('dead-letters').description('Events that a worker could not handle');
  withFilter(command.command('list'))
    .description('list them, newest first')
    .option('--limit <count>', 'at most so many', Number, 50)
    .option('--json', 'as JSON lines', false)
    .action((options: FilterOptions & { limit: number; json: boolean }) =>
      open((letters) => list(letters, options)),
    );
  command
    .command('show')
    .description('show one, with its message')
    .argument('<id>')
    .action((id: string) => open((letters) => show(letters, id)));
  for (const verb of ['replay', 'discard'] as const) {
    const what = verb === 'replay' ? 'give them to their worker again' : 'remove them for good';
    withFilter(command.command(verb))
      .description(`${what}: those named, or those that the options choose`)
      .argument('[ids...]')
      .option('--all', 'all that there are')
      .action((ids: string[], options: FilterOptions) =>
        open(async (letters) => {
          const count = await letters[verb](chosen(ids, options));
          console.log(`${count} ${verb === 'replay' ? 'given back' : 'removed'}`);
        }),
      );
  }
  return command;
}

function withFilter(command: Command): Command {
  return command
    .option('--group <name>', 'of this group, such as variant-worker')
    .addOption(new Option('--code <code>', 'with this code').choices(deadLetterCodes))
    .option('--type <event>', 'of this event type, such as ImageUploaded')
    .option('--image <id>', 'of this image');
}

function filterOf({ group, code, type: eventType, image: imageId }: FilterOptions): DeadLetterFilter {
  return { group, code, eventType, imageId };
}

/** An empty choice must be said out loud: it would otherwise mean all. */
function chosen(ids: readonly string[], options: FilterOptions): DeadLetterFilter {
  const filter = filterOf(options);
  const chosenByOption = Object.values(filter).some((value) => value !== undefined);
  if (ids.length === 0 && !chosenByOption && options.all !== true) {
    throw new AppError('invalid', 'say which: ids, --group, --code, --type, --image, or --all');
  }
  return ids.length === 0 ? filter : { ...filter, ids };
}

async function list(
  letters: DeadLetters,
  options: FilterOptions & { limit: number; json: boolean },
): Promise<void> {
  const found = await letters.list(filterOf(options), undefined, options.limit);
  if (options.json) {
    for (const { offset, ...letter } of found)
      console.log(JSON.stringify({ ...letter, offset: String(offset) }));
    return;
  }
  if (found.length === 0) console.log('There are none.');
  for (const { id, buriedAt, group, code, eventType, imageId, attempts, lastError } of found) {
    const what = `${eventType ?? 'unreadable'} of ${imageId ?? 'no image'}`;
    console.log(
      `${id}  ${buriedAt.toISOString()}  ${group}  ${code}  ${what}, ${attempts} attempts: ${lastError}`,
    );
  }
}

async function show(letters: DeadLetters, id: string): Promise<void> {
  const letter = await letters.get(id);
  if (letter === undefined) throw new AppError('not_found', `There is no dead letter ${id}.`);
  console.log(JSON.stringify(readable(letter), null, 2));
}

/** The message as text where it is text, else as base64. */
function readable({ value, offset, ...rest }: DeadLetterMessage) {
  const bytes = Buffer.from(value);
  const text = bytes.toString('utf8');
  const body = Buffer.from(text, 'utf8').equals(bytes)
    ? { value: text }
    : { value_base64: bytes.toString('base64') };
  return { ...rest, offset: String(offset), ...body };
}
