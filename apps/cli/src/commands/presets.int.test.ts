import { jest } from '@jest/globals';
import { migrate, openPostgres, type Postgres } from '@darkroom/adapter-postgres';
import { defaultPresets, variantKey, withTask, type Image } from '@darkroom/domain';
import { acceptedImage, changeOf } from '@darkroom/domain/testing';
import { testDatabase, type TestDatabase } from '@darkroom/testing';
import { cliContext } from '../cli-context.ts';
import { backfillCommand } from './backfill.ts';
import { presetsCommand } from './presets.ts';

let database: TestDatabase;
let postgres: Postgres;
let said: string[];

beforeEach(async () => {
  database = await testDatabase({ migrate });
  const env = { DATABASE_URL: database.url, DATABASE_POOL_SIZE: 2 };
  postgres = openPostgres(env, { applicationName: 'test', onError: () => undefined });
  said = [];
  jest.spyOn(console, 'log').mockImplementation((line: string) => void said.push(line));
});
afterEach(async () => {
  jest.restoreAllMocks();
  await postgres.close();
  await database.close();
});

async function darkroom(make: typeof presetsCommand, ...args: string[]): Promise<string> {
  const from = said.length;
  await make(cliContext({ DATABASE_URL: database.url })).parseAsync(args, { from: 'user' });
  return said.slice(from).join('\n');
}
const presets = (...args: string[]) => darkroom(presetsCommand, ...args);
const backfill = (...args: string[]) => darkroom(backfillCommand, ...args);

/** A completed image with the variants of the presets as they are now. */
async function built(fields: Partial<Image> = {}): Promise<Image> {
  const bare = acceptedImage({ imageSeq: 1, ...fields });
  const originalKey = bare.originalKey ?? '';
  const variants = (await postgres.presets.list()).map((preset) => ({
    ...{ name: preset.name, key: variantKey(bare, originalKey, preset, 'public') },
    ...{ width: 1, height: 1, size: 1, contentType: 'image/webp' },
  }));
  const image = { ...bare, ...withTask(bare, 'variants', { state: 'ready' }), variants };
  await postgres.images.insert(changeOf(image));
  return image;
}
const askedFor = async ({ id }: Image) => {
  const { rows } = await postgres.db.run((knex) =>
    knex.raw<{ rows: { data: { variants: string[] | null } }[] }>(
      `select data from event_log where image_id = ? and type = 'ImageReprocessRequested' order by id`,
      [id],
    ),
  );
  return rows.map(({ data }) => data.variants);
};

it('darkroom presets lists, adds, changes and removes', async () => {
  expect((await presets()).split('\n')).toHaveLength(defaultPresets.length);
  expect(await presets('set', 'hero', '--bound', '2000', '--format', 'avif', '--quality', '60')).toMatch(
    /^hero +2000 px {2}avif {2}quality 60, effort 4\n.*darkroom backfill/,
  );
  expect(await presets('set', 'hero', '--format', 'jpeg', '--bound', 'none')).toMatch(
    /^hero +full size {2}jpeg {2}quality 60\n/,
  );
  const all = JSON.parse(await presets('list', '--json')) as unknown[];
  expect(all).toHaveLength(defaultPresets.length + 1);
  expect(all.at(-1)).toMatchObject({ name: 'hero', bound: null, format: 'jpeg', effort: 0 });
  expect(await presets('remove', 'hero')).toContain('darkroom backfill');
  expect(await postgres.presets.list()).toEqual(defaultPresets);
});

it('darkroom presets says what is wrong, and changes nothing', async () => {
  await expect(presets('set', 'new')).rejects.toThrow('needs --bound');
  await expect(presets('set', 'A b', '--bound', '0', '--quality', '101')).rejects.toThrow(
    /name: .*\nbound: .*\nquality: 1 to 100$/,
  );
  await expect(presets('set', 'small', '--effort', '7')).rejects.toThrow('effort: 0 to 6 for webp');
  await expect(presets('remove', 'none')).rejects.toThrow('There is no preset none.');
  expect(await postgres.presets.list()).toEqual(defaultPresets);
});

it('darkroom backfill asks for what does not fit, a batch at a time, once', async () => {
  const images = [await built(), await built(), await built()];
  const busy = await built();
  await postgres.images.update(busy.id, (row) =>
    changeOf(row, (change) => change.set(withTask(row, 'variants', { state: 'running' }))),
  );
  expect(await backfill()).toBe('0 of 4 images were asked for.');

  await presets('set', 'small', '--quality', '70');
  await presets('remove', 'large');
  const other = await built();
  expect(await backfill('--dry-run')).toBe('3 of 5 images would be asked for.');
  const first = await backfill('--limit', '2');
  const [, after] = /^2 of \d images were asked for\.\nThere may be more: --after (\S+)$/.exec(first) ?? [];
  expect(await backfill('--after', after ?? '')).toMatch(/^1 of/);
  expect(await backfill()).toBe('0 of 5 images were asked for.');
  for (const image of images) expect(await askedFor(image)).toEqual([['small']]);
  for (const image of [busy, other]) expect(await askedFor(image)).toEqual([]);
});

it('darkroom backfill keeps to one category', async () => {
  const { id } = await postgres.categories.create({
    ...{ name: 'Shop', description: '', maxFileSize: 1, allowedExtensions: [], isActive: true },
    visibility: 'public',
  });
  const [inside, outside] = [await built({ categoryId: id }), await built()];
  await presets('remove', 'webp');
  expect(await backfill('--category', String(id))).toBe('1 of 1 images were asked for.');
  expect(await askedFor(inside)).toEqual([[]]); // nothing to build: what is left over goes
  expect(await askedFor(outside)).toEqual([]);
});
