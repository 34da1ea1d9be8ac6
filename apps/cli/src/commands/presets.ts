import { presetProblems, type Preset, type PresetRepository, type VariantFormat } from '@darkroom/domain';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { CliContext } from '../cli-context.ts';
import { withPostgres } from '../container.ts';

interface SetOptions {
  readonly bound?: number | 'none';
  readonly format?: VariantFormat;
  readonly quality?: number;
  readonly effort?: number;
}

const formats = ['webp', 'avif', 'jpeg'] as const satisfies readonly VariantFormat[];
/** What the encoders themselves count as a fair exchange of time for bytes; JPEG has no such scale. */
const defaultEffort = { webp: 2, avif: 4, jpeg: 0 } as const;
const hint = 'New uploads follow it from now on; `darkroom backfill` asks for those that are there already.';

/** `darkroom presets list|set|remove`: which variants are made of each image. */
export function presetsCommand(context: CliContext): Command {
  const command = new Command('presets').description(
    'Which variants are made: fit inside a square of a bound, never enlarged',
  );
  command
    .command('list', { isDefault: true })
    .description('All presets')
    .option('--json', 'as JSON', false)
    .action(({ json }: { json: boolean }) => withPostgres(context, ({ presets }) => list(presets, json)));
  command
    .command('set')
    .argument('<name>', 'lower-case letters, digits and dashes; stands in keys and in variant_type')
    .description(
      'Add a preset, or change what is given of one. The page shows `thumbnail` and `medium` in lists',
    )
    .option('--bound <pixels>', 'longest side, or none for the full size (at most 16383)', boundOf)
    .addOption(new Option('--format <format>').choices(formats))
    .option('--quality <quality>', '1 to 100; 85 for a new one', wholeNumber)
    .option('--effort <effort>', 'time for bytes: 0 to 6 for webp, 0 to 9 for avif', wholeNumber)
    .action((name: string, options: SetOptions) =>
      withPostgres(context, ({ presets }) => set(presets, name, options)),
    );
  command
    .command('remove')
    .argument('<name>')
    .description('Make this variant no more. Those that are there stay until their image is built again')
    .action((name: string) =>
      withPostgres(context, async ({ presets }) => {
        if (!(await presets.remove(name))) throw new Error(`There is no preset ${name}.`);
        console.log(`Removed. ${hint}`);
      }),
    );
  return command;
}

async function list(presets: PresetRepository, json: boolean): Promise<void> {
  const all = await presets.list();
  console.log(json ? JSON.stringify(all, null, 2) : all.map(lineOf).join('\n'));
}

async function set(presets: PresetRepository, name: string, options: SetOptions): Promise<void> {
  const before = (await presets.list()).find((preset) => preset.name === name);
  const bound = options.bound === 'none' ? null : (options.bound ?? before?.bound);
  if (bound === undefined) throw new Error('A new preset needs --bound: pixels, or none for the full size.');
  const format = options.format ?? before?.format ?? 'webp';
  const kept = before?.format === format ? before.effort : defaultEffort[format];
  const preset: Preset = {
    name,
    bound,
    fit: 'inside',
    format,
    quality: options.quality ?? before?.quality ?? 85,
    effort: options.effort ?? kept,
  };
  const problems = presetProblems(preset);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  await presets.put(preset);
  console.log(`${lineOf(preset)}\n${hint}`);
}

function lineOf({ name, bound, format, quality, effort }: Preset): string {
  const size = bound === null ? 'full size' : `${bound} px`;
  const how = format === 'jpeg' ? `quality ${quality}` : `quality ${quality}, effort ${effort}`;
  return `${name.padEnd(20)}  ${size.padStart(9)}  ${format.padEnd(4)}  ${how}`;
}

/** Commander takes null from a parser for a failure. */
function boundOf(text: string): number | 'none' {
  return text === 'none' ? text : wholeNumber(text);
}

function wholeNumber(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('a whole number');
  return Number(text);
}
