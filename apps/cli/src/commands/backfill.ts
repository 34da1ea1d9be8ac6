import { backfillVariants } from '@darkroom/domain';
import { systemClock } from '@darkroom/kernel';
import { Command, InvalidArgumentError } from 'commander';
import type { CliContext } from '../cli-context.ts';
import { withPostgres } from '../container.ts';

interface BackfillOptions {
  readonly category?: number;
  readonly after?: string;
  readonly limit: number;
  readonly dryRun: boolean;
}

/** `darkroom backfill`: after presets have changed, variants by the new ones for images that are there already. */
export function backfillCommand(context: CliContext): Command {
  return new Command('backfill')
    .description(
      'Ask the workers for variants of images whose variants do not fit the presets as they are now. A batch at a time, so ' +
        'that new uploads need not wait behind all of it: call it again until nothing is left.',
    )
    .option('--category <id>', 'of this category alone', idOf)
    .option('--limit <count>', 'ask for at most so many images', countOf, 1_000)
    .option('--after <image>', 'go on behind this image, as the last call said')
    .option('--dry-run', 'only count them', false)
    .action(async ({ category, after, limit, dryRun }: BackfillOptions) => {
      const { looked, asked, goOnAfter } = await withPostgres(context, (postgres) =>
        backfillVariants({ ...postgres, clock: systemClock })({ categoryId: category, after, limit, dryRun }),
      );
      const did = dryRun ? 'would be asked for' : 'were asked for';
      console.log(`${asked} of ${looked} images ${did}.`);
      if (goOnAfter !== undefined) console.log(`There may be more: --after ${goOnAfter}`);
    });
}

function idOf(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text))
    throw new InvalidArgumentError('a number, as `darkroom categories` lists it');
  return Number(text);
}

function countOf(text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new InvalidArgumentError('a whole number above 0');
  return Number(text);
}
