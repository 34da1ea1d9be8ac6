import { categoryChangeSchema, categoryInputSchema, visibilities } from '@darkroom/contracts';
import type { Category } from '@darkroom/domain';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { z } from 'zod';
import { bytesOf } from '../bytes.ts';
import type { CliContext } from '../cli-context.ts';
import { withPostgres } from '../container.ts';

interface CategoryOptions {
  readonly name?: string;
  readonly description?: string;
  readonly maxSize?: number;
  readonly extensions?: readonly string[];
  readonly visibility?: Category['visibility'];
  readonly json?: boolean;
}

/** `darkroom categories`: what may be uploaded, and who may see it. */
export function categoriesCommand(context: CliContext): Command {
  const command = new Command('categories').description('List and change the categories of images');
  command
    .command('list', { isDefault: true })
    .description('All categories, inactive ones too')
    .option('--json', 'as JSON', false)
    .action(async ({ json }: CategoryOptions) => {
      const all = await withPostgres(context, ({ categories }) => categories.list({ includeInactive: true }));
      console.log(json === true ? JSON.stringify(all, null, 2) : all.map(lineOf).join('\n'));
    });
  withFields(command.command('add').argument('<name>').description('A new category')).action(
    async (name: string, options: CategoryOptions) => {
      const input = parse(categoryInputSchema, { ...fieldsOf(options), name });
      const made = await withPostgres(context, ({ categories }) =>
        categories.create({
          name: input.name,
          description: input.description,
          maxFileSize: input.max_file_size,
          allowedExtensions: input.allowed_extensions,
          isActive: input.is_active,
          visibility: input.visibility,
        }),
      );
      console.log(lineOf(made));
    },
  );
  withFields(command.command('change').argument('<id>', 'its id', idOf).description('Change what is given'))
    .option('--name <name>')
    .action(async (id: number, options: CategoryOptions) => {
      const { name, description, ...change } = parse(categoryChangeSchema, fieldsOf(options));
      await update(context, id, {
        ...(name === undefined ? {} : { name }),
        ...(description === undefined ? {} : { description }),
        ...(change.max_file_size === undefined ? {} : { maxFileSize: change.max_file_size }),
        ...(change.allowed_extensions === undefined ? {} : { allowedExtensions: change.allowed_extensions }),
        ...(change.visibility === undefined ? {} : { visibility: change.visibility }),
      });
    });
  for (const [word, isActive] of [
    ['enable', true],
    ['disable', false],
  ] as const) {
    command
      .command(word)
      .argument('<id>', 'its id', idOf)
      .description(isActive ? 'Take uploads again' : 'Take no more uploads; its images stay')
      .action((id: number) => update(context, id, { isActive }));
  }
  return command;
}

function withFields(command: Command): Command {
  return command
    .option('--description <text>')
    .option('--max-size <bytes>', 'largest file, such as 10485760, 500kb or 10mb', bytesOf)
    .option('--extensions <list>', 'comma-separated, such as jpg,jpeg,png', (text) => text.split(','))
    .addOption(new Option('--visibility <who>', 'who may see its variants').choices(visibilities));
}

function fieldsOf({ name, description, maxSize, extensions, visibility }: CategoryOptions) {
  return { name, description, max_file_size: maxSize, allowed_extensions: extensions, visibility };
}

function parse<T extends z.ZodType>(schema: T, input: unknown): z.infer<T> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const lines = result.error.issues.map(
    ({ path, message }) => `${path.join('.').replaceAll('_', '-')}: ${message}`,
  );
  throw new Error(lines.join('\n'));
}

async function update(context: CliContext, id: number, change: Partial<Omit<Category, 'id'>>): Promise<void> {
  const changed = await withPostgres(context, ({ categories }) => categories.update(id, change));
  if (changed === undefined) throw new Error(`There is no category with id ${id}.`);
  console.log(lineOf(changed));
}

function lineOf({ id, name, maxFileSize, allowedExtensions, isActive, visibility }: Category): string {
  const size = `${(maxFileSize / 1024 / 1024).toFixed(1)} MB`;
  const state = isActive ? visibility : `${visibility}, inactive`;
  return `${String(id).padStart(4)}  ${name.padEnd(20)}  ${size.padStart(9)}  ${state.padEnd(18)}  ${allowedExtensions.join(',')}`;
}

function idOf(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text))
    throw new InvalidArgumentError('a number, as `darkroom categories` lists it');
  return Number(text);
}
