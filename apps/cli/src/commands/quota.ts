import type { Quota } from '@darkroom/domain';
import { Command, InvalidArgumentError } from 'commander';
import { bytesOf } from '../bytes.ts';
import type { CliContext } from '../cli-context.ts';
import { withPostgres } from '../container.ts';

interface SetOptions {
  readonly images?: number | 'none';
  readonly bytes?: number | 'none';
}

/** `darkroom quota show|set|reset <owner>`: how much an owner may have. */
export function quotaCommand(context: CliContext): Command {
  const command = new Command('quota').description('How much an owner may have: images and bytes');
  const show = (owner: string): Promise<void> =>
    withPostgres(context, async ({ quotas }) => {
      const [own, usage] = await Promise.all([quotas.get(owner), quotas.usage(owner)]);
      const limits = own === undefined ? 'the default of the API (QUOTA_IMAGES, QUOTA_BYTES)' : textOf(own);
      console.log(`${owner} has ${usage.images} images of ${usage.bytes} bytes in all; limit: ${limits}`);
    });
  command
    .command('show')
    .argument('<owner>', 'the `sub` of their tokens')
    .description('What they may have, and have')
    .action(show);
  command
    .command('set')
    .argument('<owner>')
    .description('A quota of their own. What is not named keeps its limit, or has none where there was none')
    .option('--images <count>', 'at most so many, or none for no limit', limitOf(countOf))
    .option('--bytes <bytes>', 'at most so many, such as 10gb, or none for no limit', limitOf(bytesOf))
    .action(async (owner: string, { images, bytes }: SetOptions) => {
      await withPostgres(context, async ({ quotas }) => {
        const before = (await quotas.get(owner)) ?? { maxImages: null, maxBytes: null };
        await quotas.put(owner, {
          maxImages: limitAfter(before.maxImages, images),
          maxBytes: limitAfter(before.maxBytes, bytes),
        });
      });
      await show(owner);
    });
  command
    .command('reset')
    .argument('<owner>')
    .description('The default again')
    .action(async (owner: string) => {
      await withPostgres(context, ({ quotas }) => quotas.remove(owner));
      await show(owner);
    });
  return command;
}

function textOf({ maxImages, maxBytes }: Quota): string {
  return `${maxImages ?? 'any number of'} images, ${maxBytes ?? 'any number of'} bytes`;
}

const limitOf = (parse: (text: string) => number) => (text: string) => (text === 'none' ? text : parse(text));

function limitAfter(before: number | null, given: number | 'none' | undefined): number | null {
  if (given === undefined) return before;
  return given === 'none' ? null : given;
}

function countOf(text: string): number {
  if (!/^\d{1,12}$/.test(text)) throw new InvalidArgumentError('a whole number, or none');
  return Number(text);
}
