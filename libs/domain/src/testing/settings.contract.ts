import { newId } from '@darkroom/kernel';
import { defaultPresets } from '../model/preset.ts';
import { storesOfSuite, type OpenStores } from './stores.ts';

/** What every `CategoryRepository` must do. */
export function categoryRepositoryContract(open: OpenStores): void {
  const stores = storesOfSuite(open);
  const fields = () => ({
    name: `Products ${newId()}`,
    description: 'For the shop',
    maxFileSize: 3_000_000_000,
    allowedExtensions: ['jpg', 'png'],
    isActive: true,
    visibility: 'private' as const,
  });

  it('has an active, public category with id 1 from the start', async () => {
    const [first] = await stores().categories.list();
    expect(first).toMatchObject({ id: 1, isActive: true, visibility: 'public' });
    expect(first?.allowedExtensions).toEqual(expect.arrayContaining(['jpg', 'png', 'heic']));
  });

  it('creates, gets and lists by id', async () => {
    const { categories } = stores();
    const wanted = fields();
    const [a, b] = [await categories.create(wanted), await categories.create(fields())];
    expect(a).toEqual({ ...wanted, id: a.id });
    expect(await categories.get(b.id)).toEqual(b);
    const listed = (await categories.list()).map(({ id }) => id);
    expect(listed).toEqual([...listed].sort((x, y) => x - y));
    expect(listed).toEqual(expect.arrayContaining([1, a.id, b.id]));
    expect(await categories.get(999_999)).toBeUndefined();
  });

  it('updates the fields that are given', async () => {
    const { categories } = stores();
    const made = await categories.create(fields());
    const updated = await categories.update(made.id, { isActive: false, allowedExtensions: [] });
    expect(updated).toEqual({ ...made, isActive: false, allowedExtensions: [] });
    expect(await categories.list()).not.toContainEqual(updated);
    expect(await categories.list({ includeInactive: true })).toContainEqual(updated);
    expect(await categories.update(made.id, {})).toEqual(updated);
    expect(await categories.update(999_999, { description: '' })).toBeUndefined();
  });

  it('has each name once, in whatever case', async () => {
    const { categories } = stores();
    const [one, two] = [await categories.create(fields()), await categories.create(fields())];
    const conflict = { code: 'conflict' };
    await expect(categories.create({ ...fields(), name: one.name.toUpperCase() })).rejects.toMatchObject(
      conflict,
    );
    await expect(categories.update(two.id, { name: one.name })).rejects.toMatchObject(conflict);
    expect(await categories.update(one.id, { name: one.name.toLowerCase() })).toBeDefined();
  });
}

/** What every `PresetRepository` must do. */
export function presetRepositoryContract(open: OpenStores): void {
  const stores = storesOfSuite(open);

  it('starts with the default presets, in their order', async () => {
    expect(await stores().presets.list()).toEqual(defaultPresets);
  });

  it('adds, replaces in place, and removes', async () => {
    const { presets } = stores();
    const square = {
      name: 'avif',
      bound: 2_000,
      fit: 'inside',
      format: 'avif',
      quality: 60,
      effort: 4,
    } as const;
    const small = {
      name: 'small',
      bound: 300,
      fit: 'inside',
      format: 'webp',
      quality: 70,
      effort: 4,
    } as const;
    await presets.put(square);
    await presets.put(small);
    const expected = defaultPresets.map((preset) => (preset.name === small.name ? small : preset));
    expect(await presets.list()).toEqual([...expected, square]);
    expect(await presets.remove('avif')).toBe(true);
    expect(await presets.remove('avif')).toBe(false);
    expect(await presets.list()).toEqual(expected);
  });
}
